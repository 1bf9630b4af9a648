#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "baseline_maps.hpp"
#include "data/baselines/atprk.hpp"
#include "data/baselines/gwr.hpp"
#include "data/baselines/interpolation.hpp"
#include "data/baselines/proportional.hpp"
#include "data/baselines/trees.hpp"
#include "data/baselines/tsharp.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "small_granules.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

using Fit = std::unique_ptr<FittedBaseline> (*)(const Dataset&, const Mask&);
const std::vector<Fit> fitted = {linear_downscaling, local_downscaling, tree_downscaling, kriged_downscaling};

std::vector<float> downscale(Fit fit, const Dataset& d, const Mask& training) {
  return test::maps_of(*fit(d, training), d);
}

double law(float ndvi) {
  return 2 * double(ndvi) + 0.5;
}

}  // namespace

TEST_CASE("A regression that holds on the coarse grid holds on the fine one") {
  const Dataset d = small_granules();
  const Mask all(64, 1);
  for (const Fit fit : fitted) {
    const auto sif = downscale(fit, d, all);
    REQUIRE(sif.size() == 576);
    double squares = 0, worst = 0;
    for (size_t i = 0; i < sif.size(); ++i) {
      const double error = double(sif[i]) - law(d.values("ndvi")[i]);
      squares += error * error, worst = std::max(worst, std::abs(error));
    }
    // Leaves of trees tell little beyond the coarse SIF that they saw, which varies less than the fine one.
    if (fit == tree_downscaling)
      CHECK(std::sqrt(squares / 576) < 0.2);
    else
      CHECK(worst < 1e-3);
  }
}

TEST_CASE("What was missing stays missing and does not spread; threads change nothing") {
  Dataset d = small_granules();
  const float none = std::numeric_limits<float>::quiet_NaN();
  d.layers[0].values[100] = none;        // a fine NDVI
  d.coarse_layers[0].values[9] = none;   // the coarse SIF of rows 3..5, columns 3..5
  d.coarse_layers[1].values[63] = none;  // the coarse NDVI of rows 21..23, columns 21..23
  const Mask all(64, 1);
  for (const Fit fit : fitted) {
    set_threads(1);
    const auto sif = downscale(fit, d, all);
    set_threads(3);
    const auto again = downscale(fit, d, all);
    set_threads(0);
    for (int i = 0; i < 576; ++i) {
      const int row = i / 24, column = i % 24;
      const bool missing = i == 100 || (row / 3 == 1 && column / 3 == 1) || (row / 3 == 7 && column / 3 == 7);
      CHECK(std::isnan(sif[size_t(i)]) == missing);
      CHECK((missing || sif[size_t(i)] == again[size_t(i)]));
    }
  }
}

TEST_CASE("Coarse cells that do not train change no regression, only the residual around them") {
  Mask training(64, 1);
  for (size_t i = 0; i < 64; ++i) training[i] = i % 8 < 7;
  for (const Fit fit : {linear_downscaling, local_downscaling, tree_downscaling}) {
    Dataset d = small_granules();
    const auto before = downscale(fit, d, training);
    for (size_t i = 7; i < 64; i += 8) d.coarse_layers[0].values[i] += 5;
    const auto after = downscale(fit, d, training);
    for (size_t i = 0; i < 576; ++i)
      if (i % 24 < 18) CHECK(after[i] == before[i]);
    CHECK(after[575] > before[575] + 3);
  }
}

TEST_CASE("Each window has a regression of its own; without training cells, that of the others") {
  Dataset d = small_granules();
  const size_t cells = size_t(d.grid.cells());
  REQUIRE(d.windows.size() == 1);
  d.windows.push_back("later");
  for (auto* layers : {&d.layers, &d.coarse_layers})
    for (Layer& layer : *layers) {
      const std::vector<float> once = layer.values;
      for (const float v : once) layer.values.push_back(layer.name == "sif" ? 3 * v + 1 : v);
    }
  const auto worst = [&](const Mask& training) {
    const auto sif = downscale(linear_downscaling, d, training);
    double largest = 0;
    for (size_t i = 0; i < cells; ++i) {
      const double first = 2 * double(d.values("ndvi")[i]) + 0.5;
      largest = std::max({largest, std::abs(double(sif[i]) - first), std::abs(double(sif[cells + i]) - 3 * first - 1)});
    }
    return largest;
  };
  Mask training(128, 1);
  CHECK(worst(training) < 1e-4);
  std::fill(training.begin() + 64, training.end(), uint8_t(0));
  const double elsewhere = worst(training);
  CHECK(elsewhere > 1e-3);
  CHECK(elsewhere < 1);
}

TEST_CASE("Where the law changes over space, geographically weighted regression is right where cells were held out") {
  constexpr int side = 60, factor = 3;
  Dataset d;
  d.grid = {side * factor, side * factor, 0.5, 1, -0.5, -1, "EPSG:3857"};
  d.windows = {"2019-05-25"};
  d.coarse_factor = factor;
  const auto slope = [](int fine_column) { return 1 + std::cos(0.03 * fine_column); };
  Random random(5);
  std::vector<float> coarse, ndvi, truth, nir(side * factor * side * factor, 0.3f);
  for (int i = 0; i < side * side; ++i) coarse.push_back(float(random.uniform(0.3, 0.7)));
  for (int i = 0; i < side * factor; ++i)
    for (int j = 0; j < side * factor; ++j) {
      ndvi.push_back(coarse[size_t(i / factor * side + j / factor)] + float(random.uniform(-0.1, 0.1)));
      truth.push_back(float(slope(j)) * ndvi.back());
    }
  const auto add = [&](const std::string& name, const std::vector<float>& fine) {
    d.add({name, "1", "", fine});
    d.coarse_layers.push_back({name, "1", "", block_mean(fine, d.shape(), factor)});
  };
  add("ndvi", ndvi), add("evi", ndvi), add("red", ndvi), add("nir", nir);
  d.coarse_layers.push_back({"sif", "", "", block_mean(truth, d.shape(), factor)});
  Mask training(side * side, 1);
  for (size_t i = 0; i < training.size(); ++i) training[i] = i % side < 26 || i % side >= 34;
  const auto error = [&](const std::vector<float>& map) {
    double squares = 0;
    for (size_t i = 0; i < truth.size(); ++i)
      if (const size_t column = i % (side * factor) / factor; column >= 29 && column < 31)
        squares += std::pow(double(map[i]) - double(truth[i]), 2);
    return std::sqrt(squares);
  };
  CHECK(error(downscale(local_downscaling, d, training)) < 0.5 * error(downscale(linear_downscaling, d, training)));
}

TEST_CASE("NIRv shares a constant coarse SIF out in proportion") {
  Dataset d = small_granules();
  for (auto& layer : d.coarse_layers)
    for (float& v : layer.values) v = layer.name == "sif" ? 1.2f : layer.name == "nir" ? 0.3f : 0.4f;
  const auto sif = downscale_nirv(d);
  for (size_t i = 0; i < sif.size(); ++i)
    CHECK(sif[i] == doctest::Approx(1.2 * double(d.values("ndvi")[i]) / 0.4).epsilon(1e-5));
}

TEST_CASE("Bicubic overshoots at an edge, bilinear does not") {
  Dataset d = small_granules();
  for (size_t i = 0; i < 64; ++i) d.coarse_layers[0].values[i] = i % 8 < 4 ? 0.0f : 1.0f;
  const auto cubic = downscale_bicubic(d), linear = downscale_bilinear(d);
  CHECK(*std::max_element(cubic.begin(), cubic.end()) > 1.01f);
  CHECK(*std::max_element(linear.begin(), linear.end()) == 1);
}

TEST_CASE("EVI shares a constant coarse SIF out in proportion; over water nothing is shared out") {
  Dataset d = small_granules();
  for (auto& layer : d.coarse_layers)
    for (float& v : layer.values) v = layer.name == "sif" ? 1.2f : 0.4f;
  const auto sif = downscale_evi(d);
  for (size_t i = 0; i < sif.size(); ++i)
    CHECK(sif[i] == doctest::Approx(1.2 * double(d.values("evi")[i]) / 0.4).epsilon(1e-5));
  for (auto& layer : d.coarse_layers)
    if (layer.name == "evi") std::fill(layer.values.begin(), layer.values.end(), 0.01f);
  for (const float v : downscale_evi(d)) CHECK(v == 1.2f);
}
