#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "data/features/block_permutation.hpp"
#include "data/splits/correlation_length.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"
#include "nn/layers.hpp"
#include "pipeline/explain/integrated_gradients.hpp"
#include "pipeline/explain/permutation_importance.hpp"
#include "pipeline/train/held_out.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);
constexpr int rows = 24, columns = 32, windows = 2;
constexpr size_t image = size_t(rows) * columns;
constexpr double spread = 0.3;

// Output = the sum of weight x channel, + 0.5.
class Linear : public nn::Network<float> {
 public:
  explicit Linear(int inputs)
      : Network<float>(nn::model_spec("sifnet-small", inputs)), conv_(parameters_, "conv", inputs, 1, 1) {}
  autograd::Tensor<float> forward(autograd::Tape<float>& tape, autograd::Tensor<float> x) override {
    return conv_(tape, parameters_, x);
  }

 private:
  nn::Conv2d<float> conv_;
};

// Channels of noise, some cells missing; the right half is held out. ndvi_coarse is ndvi again.
data::Dataset scene() {
  data::Dataset d;
  d.grid = {rows, columns, 0, 1000, 0, 1000, "EPSG:32615"};
  d.windows = {"2019-05-25", "2019-06-10"};
  for (const char* name : {"sif", "ndvi", "evi", "ndvi_coarse"}) {
    Random random(5, uint64_t(name[0]));
    std::vector<float> values;
    for (size_t i = 0; i < windows * image; ++i) values.push_back(float(2 + 0.5 * random.normal()));
    if (name[0] == 'e')
      for (size_t i = 0; i < values.size(); i += 31) values[i] = std::numeric_limits<float>::quiet_NaN();
    d.add({name, "1", "", values});
  }
  return d;
}

Mapper mapper_for(nn::Trainer& trainer, const std::vector<std::string>& features) {
  Mapper mapper;
  mapper.features = features;
  mapper.scaling.kind = data::ScalingKind::z_score;
  mapper.scaling.names = input_channels(features);
  mapper.scaling.offset.assign(features.size(), 2);
  mapper.scaling.spread.assign(features.size(), 0.5);
  mapper.scaling.offset.push_back(0), mapper.scaling.spread.push_back(1);
  mapper.target_spread = spread;
  mapper.predictor = predictor_of(trainer);
  return mapper;
}

// Of trainers that outlive it.
nn::Ensemble ensemble_of(const std::vector<nn::Trainer*>& trainers) {
  std::vector<std::shared_ptr<nn::Trainer>> members;
  for (nn::Trainer* trainer : trainers) members.emplace_back(trainer, [](nn::Trainer*) {});
  return nn::Ensemble(std::move(members));
}

// Against `target`; where it is empty against the map itself.
HeldOutMaps held_out(Mapper mapper, std::vector<float> target = {}) {
  const data::Dataset d = scene();
  HeldOutMaps h;
  h.mapper = std::move(mapper);
  h.grid = d.grid, h.labels = d.windows;
  h.inputs_of_all_days = [all = h.mapper.inputs_of(d), part = whole(d.grid)](int window) {
    const auto first = all.first_guess.begin() + window * std::ptrdiff_t(image);
    return MapInputs{part_of(all.channels, window, part), {first, first + std::ptrdiff_t(image)}};
  };
  h.inputs = [of = h.inputs_of_all_days](int window) { return std::vector<MapInputs>{of(window)}; };
  h.correlation_length = data::correlation_length(d.values("sif"), d.shape());
  const auto right_half = [](int) {
    data::Mask cells(image);
    for (size_t i = 0; i < image; ++i) cells[i] = i % columns >= columns / 2;
    return cells;
  };
  find_cells({0, 1}, right_half, {}, {}, h);
  for (const int window : h.windows)
    if (target.size() < size_t(window + 1) * image) {
      const std::vector<float> own = h.maps(window, h.inputs(window))[0];
      target.insert(target.end(), own.begin(), own.end());
    }
  h.scores = [target](size_t variants) {
    return scores_on_cells(
        [target](int window) {
          const auto first = target.begin() + window * std::ptrdiff_t(image);
          return std::vector<float>(first, first + std::ptrdiff_t(image));
        },
        variants);
  };
  return h;
}

// Attributions with their values (windows, channels, rows, columns).
struct Explained : Attributions {
  std::vector<float> values;
};

Explained explained(nn::Ensemble& network, const HeldOutMaps& h, int steps, int block,
                    const data::ArrayStore& store = {}) {
  Explained all;
  const size_t channels = attributed_channels(h.mapper).size();
  all.values.assign(windows * channels * image, std::numeric_limits<float>::quiet_NaN());
  const auto take = [&](int window, size_t channel, const data::Part& part, std::span<const float> values) {
    paste(values, part, columns, std::span(all.values).subspan((size_t(window) * channels + channel) * image, image));
  };
  static_cast<Attributions&>(all) = integrated_gradients(network, h, steps, block, store, take, quiet);
  return all;
}

const report::FeatureImportance& of(const PermutationImportance& p, const std::string& feature) {
  for (const auto& f : p.features)
    if (f.feature == feature) return f;
  FAIL("no " << feature);
  return p.features[0];
}

}  // namespace

TEST_CASE("a linear network: the importance is that of its weights, and of a channel without weight 0") {
  nn::Trainer trainer(std::make_unique<Linear>(4), 1, Device::cpu);
  trainer.network().parameters().set_values({2, 0, -1, 0, 0.5f});  // ndvi, evi, ndvi_coarse, valid
  const HeldOutMaps h = held_out(mapper_for(trainer, {"ndvi", "evi", "ndvi_coarse"}));
  const PermutationImportance p = permutation_importance(h, 3, 1, quiet);
  CHECK(p.unpermuted.rmse == 0);
  REQUIRE(p.features.size() == 4);
  CHECK(p.features[0].feature == "ndvi");
  CHECK(p.features[3].feature == "evi");
  CHECK(of(p, "evi").rmse_rise == 0);
  CHECK(of(p, "evi").rmse_rise_sd == 0);
  CHECK(of(p, "evi").r2_fall == 0);
  // ndvi_coarse is ndvi: together they weigh 1, each alone as much as its weight.
  CHECK(of(p, "ndvi*").channels == std::vector<std::string>{"ndvi", "ndvi_coarse"});
  CHECK(of(p, "ndvi*").rmse_rise == doctest::Approx(of(p, "ndvi_coarse").rmse_rise).epsilon(1e-4));
  CHECK(of(p, "ndvi").rmse_rise == doctest::Approx(2 * of(p, "ndvi_coarse").rmse_rise).epsilon(1e-4));
  double mean = 0;
  for (int draw = 0; draw < 3; ++draw) {
    const data::Dataset d = scene();
    const auto source =
        data::permute_blocks({h.cells.begin(), h.cells.end()}, d.shape(), p.block_cells, uint64_t(1 + draw));
    double squares = 0, count = 0;
    const auto ndvi = d.values("ndvi");
    for (size_t i = 0; i < source.size(); ++i)
      if (h.cells[i]) squares += std::pow(double(ndvi[size_t(source[i])]) - double(ndvi[i]), 2), ++count;
    mean += spread * 2 / 0.5 * std::sqrt(squares / count) / 3;
  }
  CHECK(of(p, "ndvi").rmse_rise == doctest::Approx(mean).epsilon(1e-4));
  CHECK(of(p, "ndvi").rmse_rise_sd > 0);
  CHECK(of(p, "ndvi").rmse_rise_sd < 0.1 * mean);
}

TEST_CASE("permutation leaves the inputs as they were, and the same seed gives the same figures") {
  nn::Trainer trainer(nn::model_spec("sifnet-small", 4), 3, Device::cpu);
  HeldOutMaps h = held_out(mapper_for(trainer, {"ndvi", "evi", "ndvi_coarse"}), scene().layer("sif").values);
  h.mapper.radius = receptive_field_radius(nn::model_spec("sifnet-small", 4));
  const PermutationImportance first = permutation_importance(h, 2, 7, quiet),
                              again = permutation_importance(h, 2, 7, quiet);
  for (const auto& f : first.features) {
    CHECK(of(again, f.feature).rmse_rise == f.rmse_rise);
    CHECK(f.rmse_rise != 0);
  }
  CHECK(of(permutation_importance(h, 2, 8, quiet), "ndvi").rmse_rise != of(first, "ndvi").rmse_rise);
}

TEST_CASE("a single held-out block cannot be permuted") {
  nn::Trainer trainer(std::make_unique<Linear>(2), 1, Device::cpu);
  HeldOutMaps h = held_out(mapper_for(trainer, {"ndvi"}));
  std::fill(h.cells.begin(), h.cells.end(), uint8_t(0));
  h.cells[100] = 1;
  h.windows = {0};
  CHECK_THROWS_AS(permutation_importance(h, 1, 1, quiet), Error);
}

TEST_CASE("a linear network: attributions are weight times deviation from the mean, and complete") {
  nn::Trainer trainer(std::make_unique<Linear>(4), 1, Device::cpu);
  trainer.network().parameters().set_values({2, 0, -1, 0.25f, 0.5f});
  nn::Ensemble network = ensemble_of({&trainer});
  const HeldOutMaps h = held_out(mapper_for(trainer, {"ndvi", "evi", "ndvi_coarse"}));
  const Explained a = explained(network, h, 4, 16);
  CHECK(a.channels == std::vector<std::string>{"ndvi", "evi", "ndvi_coarse"});
  CHECK(a.gap < 1e-5);
  CHECK(a.attributed == doctest::Approx(a.change).epsilon(1e-5));
  CHECK(a.mean_absolute[1] == 0);
  CHECK(a.mean_absolute[0] == doctest::Approx(2 * a.mean_absolute[2]).epsilon(1e-5));
  const data::Dataset d = scene();
  const auto ndvi = d.values("ndvi");
  int64_t seen = 0;
  for (size_t i = 0; i < windows * image; ++i) {
    const float value = a.values[i / image * 3 * image + i % image];
    // Cells between held-out ones are seen too: attributions there are 0.
    if (h.cells[i]) {
      ++seen;
      CHECK(value == doctest::Approx(spread * 2 * (double(ndvi[i]) - 2) / 0.5).epsilon(1e-4));
    } else if (i % columns < columns / 2) {
      CHECK(std::isnan(value));
    }
  }
  CHECK(seen == a.cells);
}

TEST_CASE("attributions of every family of networks are complete within 1 %, whatever the blocks") {
  for (const char* model : {"unet:widths=4-8,bottleneck=8", "sifnet-small", "paper-cnn:patch=16"}) {
    CAPTURE(model);
    const nn::ModelSpec spec = nn::model_spec(model, 3);
    nn::Trainer trainer(spec, 1, Device::cpu);
    nn::Ensemble network = ensemble_of({&trainer});
    Mapper mapper = mapper_for(trainer, {"ndvi", "evi"});
    mapper.sizes = image_sizes(spec);
    mapper.radius = receptive_field_radius(spec);
    HeldOutMaps h = held_out(mapper);
    h.windows = {0};
    std::fill(h.cells.begin() + image, h.cells.end(), uint8_t(0));
    const test::TemporaryDirectory directory;
    const Explained whole = explained(network, h, 32, 256), blocks = explained(network, h, 32, 16),
                    stored = explained(network, h, 32, 16, {directory / "report.html"});
    CHECK(std::memcmp(stored.values.data(), blocks.values.data(), blocks.values.size() * sizeof(float)) == 0);
    CHECK(stored.mean_absolute == blocks.mean_absolute);
    double change = 0;
    const MapInputs inputs = h.inputs(0)[0];
    MapInputs baseline = inputs;
    for (size_t i = 0; i < baseline.channels.values.size(); ++i)
      if (i % 3 < 2 && !std::isnan(baseline.channels.values[i])) baseline.channels.values[i] = 2;
    const Maps at = h.maps(0, {inputs}), from = h.maps(0, {baseline});
    for (size_t i = 0; i < image; ++i)
      if (h.cells[i]) change += double(at[0][i]) - double(from[0][i]);
    CHECK(whole.change == doctest::Approx(change).epsilon(1e-3));
    CHECK(whole.gap < 0.01);
    CHECK(blocks.gap < 0.01);
    CHECK(std::abs(whole.attributed - whole.change) <= 0.01 * std::abs(whole.change));
    CHECK(whole.gap > 0);
    CHECK(blocks.change == doctest::Approx(whole.change).epsilon(1e-3));
    for (size_t c = 0; c < 2; ++c)
      CHECK(blocks.mean_absolute[c] == doctest::Approx(whole.mean_absolute[c]).epsilon(1e-3));
    double largest = 0, off = 0;
    for (size_t i = 0; i < whole.values.size(); ++i) {
      if (std::isnan(whole.values[i]) || std::isnan(blocks.values[i])) continue;
      largest = std::max(largest, double(std::abs(whole.values[i])));
      off = std::max(off, double(std::abs(whole.values[i] - blocks.values[i])));
    }
    CHECK(off < 1e-4 * largest);
  }
}

TEST_CASE("attributions of an ensemble are the mean of its networks' own") {
  const nn::ModelSpec spec = nn::model_spec("unet:widths=4-8,bottleneck=8", 3);
  nn::Trainer one(spec, 1, Device::cpu), two(spec, 3, Device::cpu);
  Mapper mapper = mapper_for(one, {"ndvi", "evi"});
  mapper.sizes = image_sizes(spec);
  mapper.radius = receptive_field_radius(spec);
  const HeldOutMaps h = held_out(mapper);
  const auto attributions = [&](const std::vector<nn::Trainer*>& trainers) {
    nn::Ensemble network = ensemble_of(trainers);
    return explained(network, h, 8, 256);
  };
  const Explained a = attributions({&one}), b = attributions({&two}), both = attributions({&one, &two});
  CHECK(both.attributed == doctest::Approx((a.attributed + b.attributed) / 2).epsilon(1e-3));
  CHECK(both.change == doctest::Approx((a.change + b.change) / 2).epsilon(1e-3));
  double largest = 0, off = 0, apart = 0;
  for (size_t i = 0; i < both.values.size(); ++i) {
    if (std::isnan(both.values[i])) continue;
    largest = std::max(largest, double(std::abs(both.values[i])));
    off = std::max(off, std::abs(double(both.values[i]) - (double(a.values[i]) + double(b.values[i])) / 2));
    apart = std::max(apart, std::abs(double(a.values[i]) - double(b.values[i])));
  }
  CHECK(off < 1e-5 * largest);
  CHECK(apart > 0.1 * largest);
}
