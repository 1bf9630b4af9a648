#pragma once
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/features/features.hpp"
#include "data/features/scaling.hpp"
#include "data/splits/split.hpp"
#include "pipeline/maps/predictor.hpp"
#include "pipeline/train/scores.hpp"

// The protocol that the paper's author ran. Its scores are leaky: crops are split after cropping, so that nearly every
// test pixel also trains; scaling sees test pixels; sif_difference holds the target; and empty cells are set to 0 in
// inputs and target and scored as if they were data.
namespace unetsr::pipeline {

class PaperProtocol {
 public:
  // The inputs of the paper's U-Net, and of the network that it is compared with.
  static std::vector<std::string> unet_features();
  static std::vector<std::string> cnn_features();

  // 200 random crops a window, 80 % of them to train. Inputs are scaled to 0..1 per window, all but LBP. `lbp` is the
  // paper's variant, and bands are those of the coarse tables (`ndvi` is `ndvi_coarse`), as in the author's notebooks.
  // `device`: that features are made on.
  PaperProtocol(const data::Dataset&, const std::vector<std::string>& features, int patch, uint64_t seed,
                Device device = Device::cpu);

  int channels() const { return int(inputs_.names.size()); }
  int patch() const { return patch_; }
  int training_patches() const { return int(split_.train.size()); }
  const data::CropsSplit& split() const { return split_; }
  const data::FeatureStack& inputs() const { return inputs_; }
  const data::Scaling& scaling() const { return scaling_; }

  // The images that patches are cut from.
  nn::Images training_images() const { return {inputs_.values, inputs_.shape(), {}, target_}; }
  // The patches of a step: every epoch goes through the training patches once, in an order of its own.
  std::vector<kernels::Crop> crops_of_step(int64_t step, int count) const;

  // Predictions for all test patches, (patches, patch, patch).
  std::vector<float> predict_test(const Predictor&, int batch) const;
  const std::vector<float>& test_targets() const { return test_targets_; }
  // R2 as the paper took it (mean over pixel positions); MAE and RMSE pooled.
  Scores score(const std::vector<float>& test_predictions) const;

  // Baselines: the coarse SIF unchanged, and least squares on all channels.
  std::vector<float> coarse_unchanged() const;
  std::vector<float> linear_regression() const;
  // R2 of that fit over all cells of all windows, and of target on coarse SIF and difference within each window.
  double linear_leak_r2() const;
  std::vector<double> linear_leak_r2_per_window() const;
  double shared_pixel_fraction() const;

 private:
  std::vector<float> cut(View<const float> stack, const std::vector<kernels::Crop>& crops) const;

  const data::Dataset& dataset_;
  int patch_;
  uint64_t seed_;
  data::FeatureStack inputs_;
  data::Scaling scaling_;
  std::vector<float> target_;  // missing cells are 0
  data::CropsSplit split_;
  std::vector<float> test_targets_;
};

}  // namespace unetsr::pipeline
