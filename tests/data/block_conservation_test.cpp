#include "data/correction/block_conservation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "data/dataset/resample.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

std::vector<float> random_values(int64_t size, uint64_t seed) {
  std::vector<float> values;
  Random random(seed);
  for (int64_t i = 0; i < size; ++i) values.push_back(float(1 + 0.5 * random.normal()));
  return values;
}

Grid grid_of(int rows, int columns) {
  return {rows, columns, 0, 1, 0, -1, "EPSG:3857"};
}

std::vector<float> means_of(const std::vector<float>& map, const Grid& grid, int factor) {
  return block_mean(map, {1, grid.rows, grid.columns, 1}, factor);
}

}  // namespace

TEST_CASE("Means over blocks are the coarse SIF, with cells missing and at the grid's end; missing stays missing") {
  const Grid grid = grid_of(39, 50), blocks = coarsened(grid, 4);
  std::vector<float> map = random_values(grid.cells(), 1), coarse = random_values(blocks.cells(), 2);
  Random random(3);
  for (float& v : map)
    if (random.uniform() < 0.3) v = none;
  for (int i = 8; i < 12; ++i)
    for (int j = 12; j < 24; ++j) map[size_t(i * 50 + j)] = none;  // three blocks of a lake
  coarse[40] = coarse[41] = none;
  const std::vector<float> before = map, had = means_of(map, grid, 4);
  const BlockFit fit = conserve_blocks(map, grid, 4, coarse);
  const std::vector<float> means = means_of(map, grid, 4);
  int64_t same = 0, left_out = 0;
  double squares = 0;
  for (size_t b = 0; b < means.size(); ++b) {
    CAPTURE(b);
    if (std::isnan(coarse[b])) continue;
    if (std::isnan(had[b])) {
      ++left_out;
      continue;
    }
    CHECK(std::abs(means[b] - coarse[b]) < 1e-6f);
    squares += std::pow(double(coarse[b]) - double(had[b]), 2);
    ++same;
  }
  CHECK(left_out >= 3);
  CHECK(fit.blocks == same);
  CHECK(fit.left_out == left_out);
  CHECK(fit.before == doctest::Approx(std::sqrt(squares / double(same))));
  double moved = 0, present = 0;
  for (size_t p = 0; p < map.size(); ++p) {
    CHECK(std::isnan(map[p]) == std::isnan(before[p]));
    if (!std::isnan(map[p])) moved += std::pow(double(map[p]) - double(before[p]), 2), ++present;
  }
  CHECK(fit.correction == doctest::Approx(std::sqrt(moved / present)));
}

TEST_CASE("A map that gives the coarse SIF back stays as it is") {
  const Grid grid = grid_of(24, 32);
  std::vector<float> map = random_values(grid.cells(), 1);
  const std::vector<float> before = map;
  CHECK(conserve_blocks(map, grid, 4, means_of(map, grid, 4)).correction == 0);
  CHECK(map == before);
}

TEST_CASE("What lacks along a slope is added as a slope, without edges between blocks") {
  const Grid grid = grid_of(40, 80);
  std::vector<float> map(size_t(grid.cells()), 2.0f), coarse;
  for (int i = 0; i < 10; ++i)
    for (int j = 0; j < 20; ++j) coarse.push_back(2 + 0.1f * (float(j) + 0.5f) - 0.2f * (float(i) + 0.5f));
  conserve_blocks(map, grid, 4, coarse);
  // The surface is level beyond the outermost centres, which only the blocks beside them notice.
  for (int i = 16; i < 24; ++i)
    for (int j = 24; j < 56; ++j)
      CHECK(double(map[size_t(i * 80 + j)]) == doctest::Approx(2 + 0.025 * (j + 0.5) - 0.05 * (i + 0.5)).epsilon(2e-3));
}

TEST_CASE("One block's lack stays near it, and goes to 0 in blocks that know nothing") {
  const Grid grid = grid_of(60, 60);
  std::vector<float> map(3600, 1.0f), coarse(225, 1.0f);
  coarse[7 * 15 + 7] = 2;
  for (int i = 0; i < 15; ++i) coarse[size_t(i * 15 + 9)] = none;
  conserve_blocks(map, grid, 4, coarse);
  for (int i = 0; i < 60; ++i) {
    CHECK(std::abs(map[size_t(i * 60)] - 1) < 1e-3f);
    for (int j = 40; j < 60; ++j) CHECK(std::abs(map[size_t(i * 60 + j)] - 1) < 1e-4f);
  }
  CHECK(map[30 * 60 + 30] > 2.2f);
  for (int j = 20; j < 40; ++j)
    CHECK(std::abs(map[size_t(30 * 60 + j)] - map[size_t(30 * 60 + j - 1)]) < 0.6f);  // no jump of a whole lack
}

TEST_CASE("The same bits at any number of threads") {
  const Grid grid = grid_of(120, 130), blocks = coarsened(grid, 5);
  std::vector<float> one = random_values(grid.cells(), 1), three = one;
  const std::vector<float> coarse = random_values(blocks.cells(), 2);
  set_threads(1);
  conserve_blocks(one, grid, 5, coarse);
  set_threads(3);
  conserve_blocks(three, grid, 5, coarse);
  set_threads(0);
  CHECK(one == three);
}
