#include "data/resample.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/downscaling.hpp"
#include "data/scales.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

std::vector<float> ramp(Shape s, double across, double down) {
  std::vector<float> values;
  for (int n = 0; n < s.n; ++n)
    for (int i = 0; i < s.h; ++i)
      for (int j = 0; j < s.w; ++j) values.push_back(float(1 + n + across * (j + 0.5) + down * (i + 0.5)));
  return values;
}

// Coarse SIF and bands of one window on 8 x 8 coarse cells of 3 x 3 fine ones.
Dataset granules() {
  Dataset d;
  d.grid = {24, 24, 0.5, 1, -0.5, -1, "EPSG:3857"};
  d.windows = {"2019-05-25"};
  d.coarse_factor = 3;
  std::vector<float> ndvi(576), nir(576);
  for (size_t i = 0; i < 576; ++i) ndvi[i] = 0.4f + 0.2f * float(std::sin(double(i))), nir[i] = 0.3f;
  const auto add = [&](const std::string& name, const std::vector<float>& fine) {
    d.add({name, "1", "", fine});
    d.coarse_layers.push_back({name, "1", "", block_mean(fine, d.shape(), 3)});
  };
  add("ndvi", ndvi), add("nir", nir), add("evi", ndvi), add("red", ndvi);
  std::vector<float> sif;
  for (const float v : d.coarse_layers[0].values) sif.push_back(2 * v + 0.5f);
  d.coarse_layers.insert(d.coarse_layers.begin(), {"sif", "mW m-2 sr-1 nm-1", "", sif});
  return d;
}

}  // namespace

TEST_CASE("Blocks: means by hand, partial blocks at the end, missing where less than half is there") {
  const std::vector<float> v = {1, 2, 3, 4, none, 6, none, none, 9};
  const auto mean = block_mean(v, {1, 3, 3, 1}, 2);
  REQUIRE(mean.size() == 4);
  CHECK(mean[0] == doctest::Approx(7.0 / 3));
  CHECK(mean[1] == doctest::Approx(4.5));
  CHECK(std::isnan(mean[2]));
  CHECK(mean[3] == 9);
  const auto weighted = block_mean(v, {1, 3, 3, 1}, 2, std::vector<float>{3, 1, 1, 0, 1, 1, 1, 1, 1});
  CHECK(weighted[0] == doctest::Approx(5.0 / 4));
  CHECK_THROWS_AS(block_mean(v, {1, 3, 4, 1}, 2), ShapeError);
}

TEST_CASE("A ramp comes back at the fine cells' own centres: no shift of half a cell") {
  for (const int factor : {2, 3, 4})
    for (const auto kind : {Interpolation::bilinear, Interpolation::bicubic}) {
      const Shape fine{2, 10 * factor, 12 * factor, 1};
      const std::vector<float> truth = ramp(fine, 0.25, -0.5);
      const std::vector<float> back = refine(block_mean(truth, fine, factor), fine, factor, kind);
      const int edge = 2 * factor;
      double worst = 0;
      for (int n = 0; n < 2; ++n)
        for (int i = edge; i < fine.h - edge; ++i)
          for (int j = edge; j < fine.w - edge; ++j) {
            const size_t cell = size_t((n * fine.h + i) * fine.w + j);
            worst = std::max(worst, std::abs(double(back[cell]) - double(truth[cell])));
          }
      CHECK(worst < 1e-5);
    }
}

TEST_CASE("Missing blocks leave their own cells missing and do not spread") {
  const std::vector<float> blocks = {1, none, 3, 5};
  const auto v = refine(blocks, {1, 4, 4, 1}, 2, Interpolation::bilinear);
  CHECK(std::isnan(v[2]));
  CHECK(std::isnan(v[7]));
  CHECK(v[0] == 1);
  CHECK(v[1] == doctest::Approx(1));  // its missing neighbour has no say
  CHECK(v[15] == 5);
}

TEST_CASE("Wald's scale: the coarse grid takes the place of the fine one") {
  const Dataset d = granules(), wald = wald_scale(d, 2);
  CHECK(wald.grid == coarsened(d.grid, 3));
  CHECK(wald.values("sif_fine")[9] == d.coarse_layers[0].values[9]);
  CHECK(wald.values("ndvi")[9] == d.coarse_layers[1].values[9]);
  const Dataset coarse = d.coarse();
  const auto twice =
      refine(block_mean(coarse.values("sif"), coarse.shape(), 2), coarse.shape(), 2, Interpolation::bilinear);
  CHECK(wald.values("sif")[20] == twice[20]);
  CHECK(wald.has("ndvi_coarse"));
  CHECK(wald.coarse_factor == 0);
  CHECK_THROWS_NAMING(UsageError, wald_scale(wald, 2), "no coarse grid");
}

TEST_CASE("The fine scale has what a network learnt from, by the same names") {
  const Dataset d = granules(), fine = fine_scale(d), wald = wald_scale(d, 2);
  CHECK(fine.grid == d.grid);
  for (const char* name :
       {"sif", "ndvi", "evi", "nir", "red", "ndvi_coarse", "evi_coarse", "nir_coarse", "red_coarse"}) {
    CHECK(fine.has(name));
    CHECK(wald.has(name));
  }
  CHECK(fine.values("sif")[100] == downscale_bilinear(d)[100]);
}

TEST_CASE("A regression that holds on the coarse grid is exact on the fine one") {
  const Dataset d = granules();
  const Mask all(64, 1);
  const auto sif = downscale_linear(d, all);
  double worst = 0;
  for (size_t i = 0; i < sif.size(); ++i)
    worst = std::max(worst, std::abs(double(sif[i]) - (2 * double(d.values("ndvi")[i]) + 0.5)));
  CHECK(worst < 1e-4);
}

TEST_CASE("Each window has a regression of its own; without training cells, that of the others") {
  Dataset d = granules();
  const size_t cells = size_t(d.grid.cells());
  REQUIRE(d.windows.size() == 1);
  d.windows.push_back("later");
  for (auto* layers : {&d.layers, &d.coarse_layers})
    for (Layer& layer : *layers) {
      const std::vector<float> once = layer.values;
      for (const float v : once) layer.values.push_back(layer.name == "sif" ? 3 * v + 1 : v);
    }
  const auto worst = [&](const Mask& training) {
    const auto sif = downscale_linear(d, training);
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

TEST_CASE("NIRv shares a constant coarse SIF out in proportion") {
  Dataset d = granules();
  for (auto& layer : d.coarse_layers)
    for (float& v : layer.values) v = layer.name == "sif" ? 1.2f : layer.name == "nir" ? 0.3f : 0.4f;
  const auto sif = downscale_nirv(d);
  for (size_t i = 0; i < sif.size(); ++i)
    CHECK(sif[i] == doctest::Approx(1.2 * double(d.values("ndvi")[i]) / 0.4).epsilon(1e-5));
}

TEST_CASE("Bicubic overshoots at an edge, bilinear does not") {
  Dataset d = granules();
  for (size_t i = 0; i < 64; ++i) d.coarse_layers[0].values[i] = i % 8 < 4 ? 0.0f : 1.0f;
  const auto cubic = downscale_bicubic(d), linear = downscale_bilinear(d);
  CHECK(*std::max_element(cubic.begin(), cubic.end()) > 1.01f);
  CHECK(*std::max_element(linear.begin(), linear.end()) == 1);
}
