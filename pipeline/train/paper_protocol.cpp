#include "pipeline/train/paper_protocol.hpp"

#include <cmath>
#include <numeric>

#include "data/regression/linear_regression.hpp"
#include "data/scores/metrics.hpp"
#include "data/splits/leak_audit.hpp"
#include "data/splits/overlap.hpp"
#include "kernels/copy.hpp"
#include "kernels/crop.hpp"
#include "kernels/random.hpp"

namespace unetsr::pipeline {
namespace {

constexpr uint64_t crops_stream = 1, order_stream = 1000;

std::string paper_name(const data::Dataset& dataset, const std::string& name) {
  if (name == "lbp") return "lbp_paper";
  return dataset.has(name + "_coarse") ? name + "_coarse" : name;
}

std::vector<float> without_missing(std::span<const float> values) {
  std::vector<float> filled(values.begin(), values.end());
  for (float& v : filled)
    if (std::isnan(v)) v = 0;
  return filled;
}

}  // namespace

std::vector<std::string> PaperProtocol::unet_features() {
  return {"sif", "ndvi", "evi", "nir", "lbp", "sif_difference"};
}
std::vector<std::string> PaperProtocol::cnn_features() {
  return {"sif", "ndvi", "evi", "nir"};
}

PaperProtocol::PaperProtocol(const data::Dataset& dataset, const std::vector<std::string>& features, int patch,
                             uint64_t seed, Device device)
    : dataset_(dataset), patch_(patch), seed_(seed) {
  std::vector<std::string> names;
  for (const std::string& name : features) names.push_back(paper_name(dataset, name));
  inputs_ = data::make_features(dataset, names, device);
  inputs_.fill_missing(0);
  scaling_ = data::fit_scaling(data::ScalingKind::min_max, true, std::as_const(inputs_).view(), inputs_.names, {},
                               {"lbp_paper"});
  scaling_.apply(inputs_.view());
  target_ = without_missing(dataset.values(data::target_layer));
  split_ = data::random_crops_split(dataset.shape(), Random(seed, crops_stream).bits(), patch);
  test_targets_ = cut(View<const float>(target_.data(), dataset.shape()), split_.test);
}

std::vector<float> PaperProtocol::cut(View<const float> stack, const std::vector<kernels::Crop>& crops) const {
  std::vector<float> patches(crops.size() * size_t(patch_ * patch_ * stack.c));
  Queue queue(Device::cpu);
  kernels::crop(queue, stack, crops, View<float>(patches.data(), int(crops.size()), patch_, patch_, stack.c));
  return patches;
}

std::vector<kernels::Crop> PaperProtocol::crops_of_step(int64_t step, int count) const {
  const int64_t steps = training_patches() / count, epoch = step / steps;
  std::vector<kernels::Crop> order = split_.train;
  Random(seed_, order_stream + uint64_t(epoch)).shuffle(order);
  const auto first = order.begin() + std::ptrdiff_t(step % steps * count);
  return {first, first + count};
}

std::vector<float> PaperProtocol::predict_test(const Predictor& predictor, int batch) const {
  const size_t pixels = size_t(patch_) * size_t(patch_);
  std::vector<float> predictions(split_.test.size() * pixels);
  predictor({inputs_.values, inputs_.shape(), {}, {}}, {split_.test, patch_, patch_}, batch,
            [&](size_t first, View<const float> y) {
              Queue queue(Device::cpu);
              kernels::copy<float>(queue, y, View<float>(predictions.data() + first * pixels, y.shape()));
            });
  return predictions;
}

Scores PaperProtocol::score(const std::vector<float>& predictions) const {
  const data::Metrics m = data::score(predictions, test_targets_);
  return {data::position_r2(predictions, test_targets_, int64_t(split_.test.size())), m.mae, m.rmse, m.bias, m.cells};
}

std::vector<float> PaperProtocol::coarse_unchanged() const {
  const std::vector<float> coarse = without_missing(dataset_.values(data::coarse_layer));
  return cut(View<const float>(coarse.data(), dataset_.shape()), split_.test);
}

std::vector<float> PaperProtocol::linear_regression() const {
  const std::vector<float> inputs = cut(inputs_.view(), split_.train);
  const std::vector<float> targets = cut(View<const float>(target_.data(), dataset_.shape()), split_.train);
  const std::vector<float> test_inputs = cut(inputs_.view(), split_.test);
  const Shape train{training_patches(), patch_, patch_, channels()};
  const Shape test{int(split_.test.size()), patch_, patch_, channels()};
  const data::LinearRegression fit(View<const float>(inputs.data(), train), targets, data::Mask(targets.size(), 1));
  return fit.predict(View<const float>(test_inputs.data(), test));
}

double PaperProtocol::linear_leak_r2() const {
  return data::least_squares_r2(inputs_.view(), target_);
}

std::vector<double> PaperProtocol::linear_leak_r2_per_window() const {
  const std::vector<std::string> names = {"sif", "sif_difference"};
  const data::FeatureStack channels = data::make_features(dataset_, names);
  const size_t cells = size_t(dataset_.grid.cells());
  std::vector<double> r2;
  for (size_t window = 0; window < dataset_.windows.size(); ++window) {
    data::Mask mask(cells * dataset_.windows.size(), 0);
    std::fill_n(mask.begin() + std::ptrdiff_t(window * cells), cells, 1);
    r2.push_back(data::least_squares_r2(channels.view(), dataset_.values(data::target_layer), mask));
  }
  return r2;
}

double PaperProtocol::shared_pixel_fraction() const {
  return data::shared_pixel_share(dataset_.shape(), patch_, split_.train, split_.test);
}

}  // namespace unetsr::pipeline
