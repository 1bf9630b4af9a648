#include "pipeline/honest_protocol.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

#include "kernels/crop.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"

namespace unetsr::pipeline {
namespace {

constexpr uint64_t patches_stream = uint64_t(1) << 32;
constexpr float missing = std::numeric_limits<float>::quiet_NaN();

data::FeatureStack scaled_features(const data::Dataset& dataset, const std::vector<std::string>& names,
                                   const data::Split& split, data::Scaling& scaling, data::Mask& present) {
  for (const std::string& name : names)
    if (data::leaks_target(name))
      throw UsageError("--features " + name +
                       " is made from the target, so a score would mean nothing; leave it out, or "
                       "ask for --protocol paper");
  std::vector<std::string> channels = names;
  std::erase(channels, "valid");
  channels.push_back("valid");
  data::FeatureStack stack = data::make_features(dataset, channels);
  present = stack.present();
  data::Mask training = split.mask(data::Role::train);
  for (size_t i = 0; i < training.size(); ++i) training[i] = training[i] && present[i];
  scaling =
      data::fit_scaling(data::ScalingKind::z_score, false, std::as_const(stack).view(), channels, training, {"valid"});
  scaling.apply(stack.view());
  const size_t width = channels.size();
  for (size_t i = 0; i < present.size(); ++i) {
    present[i] = stack.values[i * width + width - 1] == 1;
    if (!present[i]) std::fill_n(stack.values.begin() + std::ptrdiff_t(i * width), width, 0.0f);
  }
  return stack;
}

}  // namespace

data::Split make_split(Shape shape, const std::string& test, double validation_share, uint64_t seed) {
  const data::SplitOptions options{8, validation_share, seed};
  int a = 0, b = 0, c = 0, end = 0;
  const auto whole = [&] { return end == int(test.size()); };
  if (std::sscanf(test.c_str(), "columns:%d/%d%n", &a, &b, &end) == 2 && whole())
    return data::columns_split(shape, a, b, options);
  if (std::sscanf(test.c_str(), "blocks:%d:%d/%d%n", &a, &b, &c, &end) == 3 && whole())
    return data::blocks_split(shape, a, b, c, options);
  if (std::sscanf(test.c_str(), "window:%d%n", &a, &end) == 1 && whole()) return data::window_split(shape, a, options);
  throw UsageError("--test " + test + ": take columns:FOLD/FOLDS, blocks:CELLS:FOLD/FOLDS or window:INDEX");
}

std::vector<std::string> HonestProtocol::default_features() {
  return {"sif",         "ndvi",       "evi",        "nir",        "red",        "nirv",
          "ndvi_coarse", "evi_coarse", "nir_coarse", "red_coarse", "nirv_coarse"};
}

HonestProtocol::HonestProtocol(const data::Dataset& dataset, HonestOptions options)
    : dataset_(dataset),
      options_(std::move(options)),
      split_(make_split(dataset.shape(), options_.test, options_.validation_share, options_.seed)),
      inputs_(scaled_features(dataset, options_.features, split_, scaling_, present_)),
      sampler_(dataset.shape(), options_.patch, scored_cells(data::Role::train), 0.25) {
  const data::Mask training = scored_cells(data::Role::train);
  const std::span<const float> fine = dataset.values(data::target_layer), coarse = dataset.values(data::coarse_layer);
  double squares = 0, count = 0;
  for (size_t i = 0; i < training.size(); ++i)
    if (training[i]) squares += std::pow(double(fine[i]) - double(coarse[i]), 2), ++count;
  if (squares > 0) target_spread_ = std::sqrt(squares / count);

  training_inputs_ = inputs_.values;
  training_targets_.assign(training.size(), missing);
  const size_t width = inputs_.names.size();
  for (size_t i = 0; i < training.size(); ++i) {
    if (split_.roles[i] != data::Role::train)
      std::fill_n(training_inputs_.begin() + std::ptrdiff_t(i * width), width, 0.0f);
    if (training[i]) training_targets_[i] = float((double(fine[i]) - double(coarse[i])) / target_spread_);
  }
}

data::Mask HonestProtocol::scored_cells(data::Role role) const {
  data::Mask mask = split_.mask(role);
  const std::span<const float> fine = dataset_.values(data::target_layer), coarse = dataset_.values(data::coarse_layer);
  for (size_t i = 0; i < mask.size(); ++i)
    mask[i] = mask[i] && present_[i] && !std::isnan(fine[i]) && !std::isnan(coarse[i]);
  return mask;
}

void HonestProtocol::fill_batch(int64_t step, View<float> inputs, View<float> targets) const {
  Random random(options_.seed, patches_stream + uint64_t(step));
  const std::vector<kernels::Crop> crops = sampler_.draw(inputs.n, random);
  Queue queue(Device::cpu);
  const Shape shape = dataset_.shape();
  kernels::crop(queue, View<const float>(training_inputs_.data(), inputs_.shape()), crops, inputs);
  kernels::crop(queue, View<const float>(training_targets_.data(), shape), crops, targets);
}

// The whole image, mirrored, with a border of missing cells that brings it to a multiple of the network's pooling.
std::vector<float> HonestProtocol::deviation_image(const Predictor& predictor, const ImageSizes& sizes, int window,
                                                   int orientation) const {
  const Shape s = inputs_.shape();
  const int rows = (s.h + sizes.multiple - 1) / sizes.multiple * sizes.multiple;
  const int columns = (s.w + sizes.multiple - 1) / sizes.multiple * sizes.multiple;
  std::vector<float> padded(size_t(rows) * size_t(columns) * size_t(s.c), 0.0f), mirrored(padded.size());
  const View<const float> image(inputs_.view().pixel(window, 0, 0), 1, s.h, s.w, s.c);
  for (int i = 0; i < s.h; ++i)
    std::copy_n(image.pixel(0, i, 0), size_t(s.w) * size_t(s.c),
                padded.data() + size_t(i) * size_t(columns) * size_t(s.c));
  Queue queue(Device::cpu);
  const std::vector<kernels::Crop> whole = {{0, 0, 0, orientation}};
  kernels::crop(queue, View<const float>(padded.data(), 1, rows, columns, s.c), whole,
                View<float>(mirrored.data(), 1, rows, columns, s.c));
  std::vector<float> output(size_t(rows) * size_t(columns)), upright(output.size());
  predictor(View<const float>(mirrored.data(), 1, rows, columns, s.c), View<float>(output.data(), 1, rows, columns, 1));
  kernels::crop(queue, View<const float>(output.data(), 1, rows, columns, 1), whole,
                View<float>(upright.data(), 1, rows, columns, 1));
  std::vector<float> deviation(size_t(s.h) * size_t(s.w));
  for (int i = 0; i < s.h; ++i)
    std::copy_n(upright.data() + size_t(i) * size_t(columns), size_t(s.w), deviation.data() + size_t(i) * size_t(s.w));
  return deviation;
}

// For networks that take one size only: the mean of overlapping patches.
std::vector<float> HonestProtocol::deviation_patches(const Predictor& predictor, int patch, int window) const {
  const Shape s = inputs_.shape();
  const auto crops = data::sliding_patches({1, s.h, s.w, s.c}, patch, std::max(1, patch / 4));
  const View<const float> image(inputs_.view().pixel(window, 0, 0), 1, s.h, s.w, s.c);
  std::vector<float> inputs(crops.size() * size_t(patch * patch * s.c)), outputs(crops.size() * size_t(patch * patch));
  Queue queue(Device::cpu);
  kernels::crop(queue, image, crops, View<float>(inputs.data(), int(crops.size()), patch, patch, s.c));
  predictor(View<const float>(inputs.data(), int(crops.size()), patch, patch, s.c),
            View<float>(outputs.data(), int(crops.size()), patch, patch, 1));
  std::vector<float> sum(size_t(s.h) * size_t(s.w), 0.0f), count(sum.size(), 0.0f);
  for (size_t p = 0; p < crops.size(); ++p)
    for (int i = 0; i < patch; ++i)
      for (int j = 0; j < patch; ++j) {
        const size_t cell = size_t(crops[p].row + i) * size_t(s.w) + size_t(crops[p].column + j);
        sum[cell] += outputs[(p * size_t(patch) + size_t(i)) * size_t(patch) + size_t(j)], count[cell] += 1;
      }
  for (size_t i = 0; i < sum.size(); ++i) sum[i] /= count[i];
  return sum;
}

std::vector<float> HonestProtocol::predict(const Predictor& predictor, const ImageSizes& sizes) const {
  const std::span<const float> coarse = dataset_.values(data::coarse_layer);
  const size_t cells = size_t(dataset_.grid.cells());
  std::vector<float> sif(coarse.size(), missing);
  for (int window = 0; window < inputs_.windows; ++window) {
    std::vector<std::vector<float>> images;
    if (sizes.fixed)
      images.push_back(deviation_patches(predictor, sizes.fixed, window));
    else
      for (int orientation = 0; orientation < 4; ++orientation)
        images.push_back(deviation_image(predictor, sizes, window, orientation));
    for (size_t i = 0; i < cells; ++i) {
      const size_t cell = size_t(window) * cells + i;
      if (!present_[cell]) continue;
      double mean = 0;
      for (const auto& image : images) mean += double(image[i]) / double(images.size());
      sif[cell] = float(double(coarse[cell]) + target_spread_ * mean);
    }
  }
  return sif;
}

}  // namespace unetsr::pipeline
