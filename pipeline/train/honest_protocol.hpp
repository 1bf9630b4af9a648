#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/features/features.hpp"
#include "data/features/patches.hpp"
#include "data/features/scaling.hpp"
#include "data/splits/leak_audit.hpp"
#include "data/splits/overlap.hpp"
#include "data/splits/split.hpp"
#include "pipeline/maps/predictor.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/scores.hpp"

// The default protocol. Cells are split before anything is cut or fitted; a buffer separates training and test cells;
// scaling and every other statistic come from training cells; the inputs of cells that do not train are blanked while
// training; no channel holds the target; missing cells are neither filled nor scored.
//
// The network predicts the fine SIF's deviation from a first guess, by default the coarse SIF, in units of that
// deviation's standard deviation.
namespace unetsr::pipeline {

// What a training takes over from an earlier run (train --from): what the run's weights were fitted with.
struct Start {
  data::Scaling scaling;
  double target_spread = 1, first_guess_unit = 1;
};

struct HonestOptions {
  std::vector<std::string> features;
  std::string test = "columns:0/4";  // columns:FOLD/FOLDS, blocks:CELLS:FOLD/FOLDS or window:INDEX
  int patch = 40;
  double validation_share = 0.1;
  uint64_t seed = 1;
  std::string first_guess = data::coarse_layer;  // the feature whose deviation from the fine SIF is learnt
  int buffer = 8;                                // cells between test cells and others, in rows and in columns
  Device device = Device::cpu;                   // that features are made on
  std::vector<int32_t> values{};                 // HeldOutBasis::values, which blocks follow from; empty: one each
  int validation_buffer = 8;                     // between training and validation, but no more than `buffer`
  std::optional<Start> start{};
  std::vector<int> windows{};        // that train, validate and test, rising; empty: all
  bool estimate_footprints = false;  // where they lie, from the training soundings
};

// Of the cells of a patch of training.
constexpr double least_training_share = 0.25;

// Throws UsageError naming a feature that holds the target, or that would carry a held-out window into training.
void refuse_leaky_features(const std::vector<std::string>& features, const std::string& test);

class HonestProtocol {
 public:
  static std::vector<std::string> default_features();

  // Throws UsageError if a feature holds the target.
  HonestProtocol(const data::Dataset&, HonestOptions);

  int channels() const { return int(inputs_.names.size()); }
  const data::Split& split() const { return split_; }
  const data::Scaling& scaling() const { return scaling_; }
  double target_spread() const { return target_spread_; }
  const std::vector<std::string>& channel_names() const { return inputs_.names; }

  // The images that patches are cut from while training. The target is NaN where a cell does not train.
  nn::Images training_images() const;
  // The patches of a step, at random positions and orientations.
  std::vector<kernels::Crop> crops_of_step(int64_t step, int count) const;

  // What training_images() use of each cell.
  data::UsedCells used_cells(int radius, int sif_behind) const;

  // Least squares of the target on the inputs, over all cells.
  std::vector<data::LinearFit> linear_fits() const;

  // SIF on the whole grid (windows, rows, columns), NaN where an input is missing: the mean over the four mirrored
  // images.
  std::vector<float> predict(const Predictor&, const ImageSizes&) const;

  // SIF (windows, rows, columns) to which the network's output is added.
  const std::vector<float>& first_guess() const { return guess_; }

  // Cells of a role where the target and all inputs are present: those that are scored.
  data::Mask scored_cells(data::Role) const;

 private:
  const data::Dataset& dataset_;
  HonestOptions options_;
  data::Split split_;
  std::vector<float> guess_;   // the first guess
  data::FeatureStack inputs_;  // not scaled; the last channel is 1 where all are present, else 0
  data::Mask present_;         // cells with all inputs
  data::Scaling scaling_;
  double target_spread_ = 1;
  data::PatchSampler sampler_;
};

}  // namespace unetsr::pipeline
