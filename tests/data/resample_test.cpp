#include "data/dataset/resample.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/baselines/interpolation.hpp"
#include "data/dataset/scales.hpp"
#include "kernels/error.hpp"
#include "small_granules.hpp"
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

TEST_CASE("Unchanged, each cell has the value of its block, in partial blocks too") {
  const auto v = refine(std::vector<float>{1, none, 3, 5, 7, 9}, {1, 4, 5, 1}, 2, Interpolation::nearest);
  const std::vector<float> expected = {1, 1, none, none, 3, 1, 1, none, none, 3, 5, 5, 7, 7, 9, 5, 5, 7, 7, 9};
  for (size_t i = 0; i < expected.size(); ++i)
    CHECK((v[i] == expected[i] || (std::isnan(v[i]) && std::isnan(expected[i]))));
}

TEST_CASE("A block without weight has no say, be it infinite") {
  const float infinite = std::numeric_limits<float>::infinity();
  for (const Interpolation kind : {Interpolation::nearest, Interpolation::bilinear}) {
    const auto v = refine(std::vector<float>{1, 2, infinite}, {1, 3, 9, 1}, 3, kind);
    CHECK(v[1] == 1);
    CHECK(v[4] == 2);  // the block's own centre
    CHECK(v[7] == infinite);
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
  const Dataset d = small_granules(), wald = wald_scale(d, 2);
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

TEST_CASE("Of numbers that name classes, a block has the one that most of its cells have") {
  const std::vector<float> classes = {12, 12, 4, none, 10, 10, 4, none};
  const auto mode = block_mode(classes, {1, 2, 4, 1}, 2);
  CHECK(mode == std::vector<float>{10, 4});  // of two that are as many, the lesser
  CHECK(std::isnan(block_mode(std::vector<float>{none, none, none, 4}, {1, 2, 2, 1}, 2)[0]));
  Dataset d = small_granules();
  std::vector<float> cover(576, 12);
  for (size_t i = 0; i < 24; ++i) cover[i] = 4;
  d.add({"land_cover", "", "", cover});
  const Dataset wald = wald_scale(d, 2);
  for (const float v : wald.values("land_cover")) CHECK(v == 12);
}

TEST_CASE("Tables as granules: the coarse grid has as many cells, and its layers are those called coarse") {
  Dataset tables;
  tables.grid = {2, 3, 0, 1, 0, 1, "EPSG:4326"};
  tables.windows = {"may"};
  for (const char* name : {"sif_fine", "sif", "ndvi", "ndvi_coarse"})
    tables.add({name, "", "", std::vector<float>(6, float(tables.layers.size()))});
  const Dataset granules = tables_as_granules(tables), coarse = granules.coarse();
  CHECK(granules.layer_names() == std::vector<std::string>{"sif_fine", "ndvi"});
  CHECK(coarse.layer_names() == std::vector<std::string>{"sif", "ndvi"});
  CHECK(coarse.values("ndvi")[0] == 3);
  CHECK(coarse.grid == tables.grid);
}

TEST_CASE("The fine scale has what a network learnt from, by the same names") {
  const Dataset d = small_granules(), fine = fine_scale(d), wald = wald_scale(d, 2);
  CHECK(fine.grid == d.grid);
  for (const char* name :
       {"sif", "ndvi", "evi", "nir", "red", "ndvi_coarse", "evi_coarse", "nir_coarse", "red_coarse"}) {
    CHECK(fine.has(name));
    CHECK(wald.has(name));
  }
  CHECK(fine.values("sif")[100] == downscale_bilinear(d)[100]);
}
