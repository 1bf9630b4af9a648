#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/correction/map_error.hpp"
#include "data/correction/map_uncertainty.hpp"
#include "data/dataset/dataset.hpp"
#include "data/features/features.hpp"
#include "data/features/patches.hpp"
#include "data/features/scaling.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "data/scores/metrics.hpp"
#include "kernels/footprint_mean.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/sounding_comparison.hpp"

// Learning from the soundings themselves, at the fine cells, without any fine target: a sounding is the mean of the
// fine SIF over its footprint, plus noise. The network predicts the fine SIF's deviation from a first guess; the loss
// compares its footprint means with the soundings, each weighted by its error and corrected for clouds: maps are those
// of a clear sky.
//
// Coarse SIF among the inputs is made of a random half of a window's days; the loss uses the soundings of the other
// half. The halves are redrawn several times in a training, so that the network cannot learn to reproduce the noise
// (Noise2Noise, Lehtinen et al. 2018). From the first half the map's relative error is estimated too, which the inputs
// do not explain: learn_errors().
//
// Coarse cells are held out, as elsewhere: a sounding trains where all cells of its footprint train; inputs of other
// cells are blanked while training.
namespace unetsr::pipeline {

class FootprintProtocol {
 public:
  static constexpr int steps_per_epoch = 25;

  // The bands, denoised where the dataset has such, their means over windows, and the day of the year: the yield of
  // leaves differs between windows. Without SIF among the inputs a map has no noise of soundings; the correction by
  // soundings adds what the bands do not explain.
  static std::vector<std::string> default_features(const data::Dataset& dataset, bool of_all_windows);
  // The coarse SIF in proportion to NIRv where features hold coarse SIF, else NIRv (denoised where a feature is).
  static std::string default_first_guess(const std::vector<std::string>& features);

  // options.patch in fine cells. Throws UsageError: a dataset without soundings, a feature that leaks
  // (refuse_leaky_features), no patch that holds a whole footprint.
  FootprintProtocol(const data::Dataset& dataset, HonestOptions);

  int channels() const { return int(channels_.size()); }
  // The soundings with their roles, and how maps compare with them.
  const SoundingComparison& comparison() const { return comparison_; }
  const data::Split& split() const { return comparison_.split(); }  // of the coarse cells
  const data::Scaling& scaling() const { return scaling_; }
  double target_spread() const { return target_spread_; }
  double first_guess_unit() const { return first_guess_unit_; }  // what a first guess of 1 is in mW m-2 sr-1 nm-1
  int64_t too_wide() const { return too_wide_; }                 // training soundings that no patch holds
  const data::FootprintEstimate& footprints() const { return footprints_; }

  // Draws the halves of the given number. Returns the images that patches are cut from: the inputs of all windows made
  // of one half of the days, then of the other, (2 windows, rows, columns, channels).
  nn::Images draw_halves(int draw);

  // After draw_halves(): estimates the relative error of each half's map from the training soundings of that half
  // (data/correction/footprint_conservation.hpp), so that the loss does not count it against the network.
  void learn_errors(const SoundingComparison::MapMaker&, bool of_coarse_sif);

  // The batch of a step of the epoch: patches of the images in any window, half and orientation, and for the soundings
  // of the other half that lie wholly inside them one row and one target each.
  struct Batch {
    std::vector<kernels::Crop> crops;
    kernels::FootprintMatrix footprints;
    std::vector<float> targets;
  };
  void draw_batch(int64_t step, int count, Batch&) const;

  // What an epoch uses of each coarse cell: soundings that touch it, inputs that are not blanked.
  data::UsedCells used_cells(int epoch, int radius, int sif_behind);
  // Soundings that test, and that are compared with in training or are part of an input that it uses.
  int64_t shared_soundings(const data::UsedCells&) const;
  // Least squares of the soundings on the means of the inputs over their footprints.
  std::vector<data::LinearFit> linear_fits() const;
  // The inputs, of all days: (windows, rows, columns, channels), not scaled.
  const data::FeatureStack& inputs() const { return all_days_; }

 private:
  data::FeatureStack inputs_of(const data::Dataset& fine) const;
  double unit_of(std::span<const float> guess) const;
  // Of the training soundings, on the bands and the first guess.
  data::FootprintEstimate footprints_of(const data::Dataset&, std::span<const float> guess) const;
  void order_soundings();
  void add_soundings(const kernels::Crop&, int image, int half, Batch&) const;

  HonestOptions options_;
  SoundingComparison comparison_;
  data::Dataset sif_dataset_;  // what the features with coarse SIF are made of
  std::vector<std::string> channels_;
  std::vector<std::vector<size_t>> order_;  // window: its training soundings by first row
  data::FeatureStack all_days_;             // not scaled
  data::Scaling scaling_;
  data::FootprintEstimate footprints_;
  int64_t too_wide_ = 0;
  double target_spread_ = 1, error_unit_ = 1, first_guess_unit_ = 1;

  std::vector<uint8_t> halves_;         // of the epoch
  std::vector<float> first_guess_[2];   // of a half's days, times likely_share_
  std::vector<float> likely_share_[2];  // 1 + relative error of maps, estimated from a half's days
  data::Mask training_cells_;           // fine
  data::PatchSampler sampler_;
};

}  // namespace unetsr::pipeline
