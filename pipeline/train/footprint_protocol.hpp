#pragma once
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/features/patches.hpp"
#include "data/features/scaling.hpp"
#include "data/splits/leak_audit.hpp"
#include "data/splits/overlap.hpp"
#include "kernels/footprint_mean.hpp"
#include "nn/image_stack.hpp"
#include "pipeline/train/area_comparison.hpp"
#include "pipeline/train/dataset_sample.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/training_area.hpp"
#include "pipeline/train/training_statistics.hpp"

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
//
// A dataset that fits into the memory is trained on as a whole. Of a larger one each draw of halves has a sample of
// areas (dataset_sample.hpp), read while the steps of the draw before compute; statistics and scores are of samples
// too.
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

  // Trains on the whole dataset. options.patch in fine cells. Throws UsageError: a dataset without soundings, a feature
  // that leaks (refuse_leaky_features), no patch that holds a whole footprint.
  FootprintProtocol(const data::Dataset& dataset, HonestOptions);
  // Trains on samples. Throws likewise.
  FootprintProtocol(std::shared_ptr<const DatasetSample>, HonestOptions);
  ~FootprintProtocol();

  bool samples() const { return sample_ != nullptr; }
  int channels() const { return int(channels_.size()); }
  const data::Split& split() const { return split_; }  // of the dataset's coarse cells
  const data::Scaling& scaling() const { return statistics_.scaling; }
  double target_spread() const { return statistics_.target_spread; }
  double first_guess_unit() const { return statistics_.first_guess_unit; }
  double cloud_shielding() const { return statistics_.cloud_shielding; }
  const data::FootprintEstimate& footprints() const { return statistics_.footprints; }
  // Numbers of the dataset's soundings; of samples estimated. too_wide: of those that train and are counted for the
  // statistics, no patch holds these.
  DatasetSample::Counts counts() const;
  int64_t too_wide() const { return statistics_.too_wide; }
  // Of the whole dataset: the soundings with their roles.
  const SoundingComparison& comparison() const { return scored_.front()->comparison(); }
  // The areas whose soundings are scored: that of the whole dataset, or a fixed sample.
  const std::vector<std::shared_ptr<TrainingArea>>& scored_areas() const { return scored_; }
  Areas scored_comparisons() const;

  // Whether images of a draw differ from those of the draw before.
  bool draws_images() const { return samples() || uses_coarse_sif(options_); }
  // Draws the halves of the given number, of a sample also its areas. Returns the images that patches are cut from:
  // (images, rows, columns, channels). `with_images`: false returns none, where they are known.
  nn::Images draw_halves(int draw, bool with_images = true);
  // Begins to read the areas of a draw that comes next, while steps compute.
  void read_ahead(int draw);

  // A map of an area's windows, whose coarse SIF is of the chosen soundings.
  using MapMaker = std::function<std::vector<float>(const TrainingArea&, const std::vector<uint8_t>& chosen)>;
  // After draw_halves(): estimates the relative error of each half's map from the training soundings of that half
  // (data/correction/footprint_conservation.hpp), so that the loss does not count it against the network.
  void learn_errors(const MapMaker&, bool of_coarse_sif);

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
  // Least squares of the soundings on the means of the inputs over their footprints; of the fine SIF, where the dataset
  // has it; and of the coarse SIF. Of samples: those that the statistics were fitted on.
  std::vector<data::LinearFit> linear_fits(const data::Dataset&) const;
  // Frees what only the statistics and the check for leaks need.
  void forget_statistics();

 private:
  void set_sampler();
  std::vector<std::shared_ptr<TrainingArea>> sampled(int draw);
  void add_soundings(const kernels::Crop&, int image, int half, Batch&) const;
  std::vector<data::LinearFit> fits_of_soundings() const;
  std::vector<data::LinearFit> fits_of_target(const data::Dataset&) const;
  std::vector<data::LinearFit> fits_of_coarse_sif() const;

  HonestOptions options_;
  std::vector<std::string> channels_;
  std::shared_ptr<const DatasetSample> sample_;  // none: the whole dataset
  data::Split split_;
  TrainingStatistics statistics_;
  std::vector<SamplePlace> fitted_places_;                                 // of fitted_, of samples
  std::vector<std::shared_ptr<TrainingArea>> fitted_, scored_, training_;  // for statistics, to score, of the draw
  std::optional<data::PatchSampler> sampler_;                              // of the draw's areas

  std::atomic<bool> stop_ = false;
  int next_draw_ = -1;
  std::future<std::vector<std::shared_ptr<TrainingArea>>> next_;
};

}  // namespace unetsr::pipeline
