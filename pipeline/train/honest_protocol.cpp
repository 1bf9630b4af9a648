#include "pipeline/train/honest_protocol.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"
#include "pipeline/maps/mapper.hpp"

namespace unetsr::pipeline {
namespace {

using data::missing;

constexpr uint64_t patches_stream = uint64_t(1) << 32;

data::FeatureStack features_of(const data::Dataset& dataset, const HonestOptions& options) {
  refuse_leaky_features(options.features, options.test);
  return data::make_features(dataset, input_channels(options.features), options.device);
}

data::Mask both(data::Mask a, const data::Mask& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] = a[i] && b[i];
  return a;
}

}  // namespace

void refuse_leaky_features(const std::vector<std::string>& features, const std::string& test) {
  for (const std::string& name : features) {
    if (data::leaks_target(name))
      throw UsageError("--features " + name +
                       " is made from the target, so a score would mean nothing; omit it, or "
                       "ask for --protocol paper");
    if (data::needs_whole_window(name))
      throw UsageError("--features " + name +
                       " is scaled by the largest and the smallest SIF of a window, test cells' too; take lbp, or ask "
                       "for --protocol paper");
    if (data::needs_other_windows(name) && test.starts_with("window:"))
      throw UsageError("--features " + name + " is made of other windows too, and --test " + test +
                       " holds one out; omit the feature, or hold out columns or blocks");
  }
}

std::vector<std::string> HonestProtocol::default_features() {
  return {"sif",         "ndvi",       "evi",        "nir",        "red",        "nirv",
          "ndvi_coarse", "evi_coarse", "nir_coarse", "red_coarse", "nirv_coarse"};
}

HonestProtocol::HonestProtocol(const data::Dataset& dataset, HonestOptions options)
    : dataset_(dataset),
      options_(std::move(options)),
      split_(make_split(dataset.shape(), options_, dataset)),
      guess_(first_guess_of(dataset, options_.first_guess)),
      inputs_(features_of(dataset, options_)),
      present_(inputs_.present()),
      scaling_(data::fit_scaling(data::ScalingKind::z_score, false, std::as_const(inputs_).view(), inputs_.names,
                                 both(split_.mask(data::Role::train), present_),
                                 data::validity_channels(inputs_.names))),
      sampler_(dataset.shape(), options_.patch, scored_cells(data::Role::train), least_training_share) {
  const data::Mask training = scored_cells(data::Role::train);
  const std::span<const float> fine = dataset.values(data::target_layer), guess = guess_;
  double squares = 0, count = 0;
  for (size_t i = 0; i < training.size(); ++i)
    if (training[i]) squares += std::pow(double(fine[i]) - double(guess[i]), 2), ++count;
  if (squares > 0) target_spread_ = std::sqrt(squares / count);
  if (options_.start) scaling_ = options_.start->scaling, target_spread_ = options_.start->target_spread;
}

nn::Images HonestProtocol::training_images() const {
  const data::Mask training = scored_cells(data::Role::train);
  const std::span<const float> fine = dataset_.values(data::target_layer), guess = guess_;
  nn::Images images{inputs_.values, inputs_.shape(), scaling_.blanking(inputs_.shape()),
                    std::vector<float>(training.size(), missing)};
  const size_t width = inputs_.names.size();
  for (size_t i = 0; i < training.size(); ++i) {
    if (split_.roles[i] != data::Role::train)
      std::fill_n(images.inputs.begin() + std::ptrdiff_t(i * width), width, missing);
    if (training[i]) images.targets[i] = float((double(fine[i]) - double(guess[i])) / target_spread_);
  }
  return images;
}

data::Mask HonestProtocol::scored_cells(data::Role role) const {
  data::Mask mask = split_.mask(role);
  const std::span<const float> fine = dataset_.values(data::target_layer), guess = guess_;
  for (size_t i = 0; i < mask.size(); ++i)
    mask[i] = mask[i] && present_[i] && !std::isnan(fine[i]) && !std::isnan(guess[i]);
  return mask;
}

data::UsedCells HonestProtocol::used_cells(int radius, int sif_behind) const {
  const nn::Images images = training_images();
  const size_t cells = images.targets.size(), width = inputs_.names.size();
  data::UsedCells used{data::Mask(cells), data::Mask(cells), radius, sif_behind,
                       data::hold_sif_of_other_windows(inputs_.names)};
  for (size_t i = 0; i < cells; ++i) {
    const float* pixel = &images.inputs[i * width];
    used.targets[i] = !std::isnan(images.targets[i]);
    used.inputs[i] = std::none_of(pixel, pixel + width, [](float v) { return std::isnan(v); });
  }
  return used;
}

std::vector<data::LinearFit> HonestProtocol::linear_fits() const {
  const std::span<const float> target = dataset_.values(data::target_layer);
  return data::linear_fits(inputs_.view(), inputs_.names, target, present_);
}

std::vector<kernels::Crop> HonestProtocol::crops_of_step(int64_t step, int count) const {
  Random random(options_.seed, patches_stream + uint64_t(step));
  return sampler_.draw(count, random);
}

std::vector<float> HonestProtocol::predict(const Predictor& predictor, const ImageSizes& sizes) const {
  const std::span<const float> guess = guess_;
  const Shape s = inputs_.shape();
  const size_t cells = size_t(dataset_.grid.cells());
  std::vector<float> sif;
  for (int window = 0; window < inputs_.windows; ++window) {
    const View<const float> image(inputs_.view().pixel(window, 0, 0), 1, s.h, s.w, s.c);
    const std::vector<double> deviation = network_output(predictor, scaling_, sizes, image, {0, 0, s.h, s.w}, s.h, s.w);
    const size_t first = size_t(window) * cells;
    const std::vector<float> map =
        sif_of(guess.subspan(first, cells), std::span(present_).subspan(first, cells), deviation, target_spread_);
    sif.insert(sif.end(), map.begin(), map.end());
  }
  return sif;
}

}  // namespace unetsr::pipeline
