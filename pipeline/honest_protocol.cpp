#include "pipeline/honest_protocol.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/crop.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"
#include "pipeline/mapper.hpp"

namespace unetsr::pipeline {
namespace {

constexpr uint64_t patches_stream = uint64_t(1) << 32;
constexpr float missing = std::numeric_limits<float>::quiet_NaN();

data::FeatureStack scaled_features(const data::Dataset& dataset, const HonestOptions& options, const data::Split& split,
                                   data::Scaling& scaling, data::Mask& present) {
  refuse_leaks(options.features, options.test);
  const std::vector<std::string> channels = input_channels(options.features);
  data::FeatureStack stack = data::make_features(dataset, channels);
  data::Mask training = split.mask(data::Role::train);
  present = stack.present();
  for (size_t i = 0; i < training.size(); ++i) training[i] = training[i] && present[i];
  scaling =
      data::fit_scaling(data::ScalingKind::z_score, false, std::as_const(stack).view(), channels, training, {"valid"});
  present = scale_inputs(stack, scaling);
  return stack;
}

}  // namespace

void refuse_leaks(const std::vector<std::string>& features, const std::string& test) {
  for (const std::string& name : features) {
    if (data::leaks_target(name))
      throw UsageError("--features " + name +
                       " is made from the target, so a score would mean nothing; leave it out, or "
                       "ask for --protocol paper");
    if (data::needs_all_windows(name) && test.starts_with("window:"))
      throw UsageError("--features " + name + " is made of all windows, and --test " + test +
                       " holds one out; leave it out, or hold out columns or blocks");
  }
}

std::vector<std::string> HonestProtocol::default_features() {
  return {"sif",         "ndvi",       "evi",        "nir",        "red",        "nirv",
          "ndvi_coarse", "evi_coarse", "nir_coarse", "red_coarse", "nirv_coarse"};
}

HonestProtocol::HonestProtocol(const data::Dataset& dataset, HonestOptions options)
    : dataset_(dataset),
      options_(std::move(options)),
      split_(make_split(dataset.shape(), options_)),
      guess_(first_guess_of(dataset, options_.first_guess)),
      inputs_(scaled_features(dataset, options_, split_, scaling_, present_)),
      sampler_(dataset.shape(), options_.patch, scored_cells(data::Role::train), least_training_share) {
  const data::Mask training = scored_cells(data::Role::train);
  const std::span<const float> fine = dataset.values(data::target_layer), guess = guess_;
  double squares = 0, count = 0;
  for (size_t i = 0; i < training.size(); ++i)
    if (training[i]) squares += std::pow(double(fine[i]) - double(guess[i]), 2), ++count;
  if (squares > 0) target_spread_ = std::sqrt(squares / count);

  training_inputs_ = inputs_.values;
  training_targets_.assign(training.size(), missing);
  const size_t width = inputs_.names.size();
  for (size_t i = 0; i < training.size(); ++i) {
    if (split_.roles[i] != data::Role::train)
      std::fill_n(training_inputs_.begin() + std::ptrdiff_t(i * width), width, 0.0f);
    if (training[i]) training_targets_[i] = float((double(fine[i]) - double(guess[i])) / target_spread_);
  }
}

data::Mask HonestProtocol::scored_cells(data::Role role) const {
  data::Mask mask = split_.mask(role);
  const std::span<const float> fine = dataset_.values(data::target_layer), guess = guess_;
  for (size_t i = 0; i < mask.size(); ++i)
    mask[i] = mask[i] && present_[i] && !std::isnan(fine[i]) && !std::isnan(guess[i]);
  return mask;
}

data::UsedCells HonestProtocol::used_cells(int reach, int sif_behind) const {
  data::UsedCells used{data::Mask(training_targets_.size()), data::Mask(training_targets_.size()), reach, sif_behind};
  const size_t width = inputs_.names.size();
  for (size_t i = 0; i < training_targets_.size(); ++i) {
    const float* pixel = &training_inputs_[i * width];
    used.targets[i] = !std::isnan(training_targets_[i]);
    used.inputs[i] = std::any_of(pixel, pixel + width, [](float v) { return v != 0; });
  }
  return used;
}

std::vector<data::LinearFit> HonestProtocol::linear_fits() const {
  const std::span<const float> target = dataset_.values(data::target_layer);
  return data::linear_fits(inputs_.view(), inputs_.names, target, present_);
}

void HonestProtocol::fill_batch(int64_t step, View<float> inputs, View<float> targets) const {
  Random random(options_.seed, patches_stream + uint64_t(step));
  const std::vector<kernels::Crop> crops = sampler_.draw(inputs.n, random);
  Queue queue(Device::cpu);
  const Shape shape = dataset_.shape();
  kernels::crop(queue, View<const float>(training_inputs_.data(), inputs_.shape()), crops, inputs);
  kernels::crop(queue, View<const float>(training_targets_.data(), shape), crops, targets);
}

std::vector<float> HonestProtocol::predict(const Predictor& predictor, const ImageSizes& sizes) const {
  const std::span<const float> guess = guess_;
  const Shape s = inputs_.shape();
  const size_t cells = size_t(dataset_.grid.cells());
  std::vector<float> sif;
  for (int window = 0; window < inputs_.windows; ++window) {
    const View<const float> image(inputs_.view().pixel(window, 0, 0), 1, s.h, s.w, s.c);
    const std::vector<double> deviation = network_output(predictor, sizes, image, {0, 0, s.h, s.w}, s.h, s.w);
    const size_t first = size_t(window) * cells;
    const std::vector<float> map =
        sif_of(guess.subspan(first, cells), std::span(present_).subspan(first, cells), deviation, target_spread_);
    sif.insert(sif.end(), map.begin(), map.end());
  }
  return sif;
}

}  // namespace unetsr::pipeline
