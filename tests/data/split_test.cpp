#include "data/splits/split.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>
#include <tuple>

#include "data/features/patches.hpp"
#include "data/splits/overlap.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

// T train, v validation, t test, . buffer
std::string row_text(const Split& split, int window, int row) {
  std::string text;
  for (int j = 0; j < split.columns; ++j)
    text += "Tvt."[size_t(split.roles[size_t((window * split.rows + row) * split.columns + j)])];
  return text;
}

// Written differently from the code under test: looks at every pair of cells.
void check_buffers(const Split& split, int buffer) {
  const auto role = [&](int w, int i, int j) { return split.roles[size_t((w * split.rows + i) * split.columns + j)]; };
  int64_t too_near = 0;
  for (int w = 0; w < split.windows; ++w)
    for (int i = 0; i < split.rows; ++i)
      for (int j = 0; j < split.columns; ++j)
        for (int a = 0; a < split.rows; ++a)
          for (int b = 0; b < split.columns; ++b) {
            const Role here = role(w, i, j), there = role(w, a, b);
            if (here < there && there != Role::buffer && std::max(std::abs(a - i), std::abs(b - j)) <= buffer)
              ++too_near;
          }
  CHECK(too_near == 0);
  CHECK(training_cells_near_test(split, buffer) == 0);
}

bool same_crop(const kernels::Crop& a, const kernels::Crop& b) {
  return std::tie(a.image, a.row, a.column, a.orientation) == std::tie(b.image, b.row, b.column, b.orientation);
}

}  // namespace

TEST_CASE("Column folds of the paper's grid") {
  const int starts[] = {0, 43, 86, 129, 173};
  SplitOptions options;
  options.validation_share = 0;
  for (int fold = 0; fold < 4; ++fold) {
    const Split split = columns_split({2, 97, 173, 1}, fold, 4, options);
    for (int j = 0; j < 173; ++j) {
      const bool test = j >= starts[fold] && j < starts[fold + 1];
      const bool near = j >= starts[fold] - 8 && j < starts[fold + 1] + 8;
      const char expected = test ? 't' : near ? '.' : 'T';
      CHECK(row_text(split, 0, 0)[size_t(j)] == expected);
      CHECK(row_text(split, 1, 96)[size_t(j)] == expected);
    }
  }
}

TEST_CASE("Columns: validation is a strip at the farther edge, buffered too") {
  SplitOptions options;
  options.buffer = 2;
  options.validation_share = 0.25;
  CHECK(row_text(columns_split({1, 2, 20, 1}, 0, 5, options), 0, 0) == "tttt..TTTTTTTT..vvvv");
  CHECK(row_text(columns_split({1, 2, 20, 1}, 2, 5, options), 0, 1) == "TTTTTT..tttt..T..vvv");
  CHECK(row_text(columns_split({1, 2, 20, 1}, 4, 5, options), 0, 1) == "vvvv..TTTTTTTT..tttt");
  CHECK(columns_split({1, 2, 20, 1}, 2, 5, options).description == "columns 8..11");
}

TEST_CASE("Window: one is held out whole") {
  SplitOptions options;
  options.buffer = 1;
  options.validation_share = 0.2;
  const Split split = window_split({3, 2, 10, 1}, 1, options);
  for (int i = 0; i < 2; ++i) {
    CHECK(row_text(split, 0, i) == "TTTTTTT.vv");
    CHECK(row_text(split, 1, i) == "tttttttttt");
    CHECK(row_text(split, 2, i) == "TTTTTTT.vv");
  }
}

TEST_CASE("Every split keeps its buffers, and its folds cover every cell once") {
  const Shape shape{2, 24, 31, 1};
  for (const int buffer : {0, 1, 3}) {
    SplitOptions options;
    options.buffer = buffer;
    options.seed = 5;
    std::vector<int> tested_by_columns(size_t(shape.size()), 0), tested_by_blocks = tested_by_columns;
    for (int fold = 0; fold < 3; ++fold) {
      const Split columns = columns_split(shape, fold, 3, options), blocks = blocks_split(shape, 8, fold, 3, options);
      for (const Split* split : {&columns, &blocks}) {
        check_buffers(*split, buffer);
        for (const Role role : {Role::train, Role::validation, Role::test}) CHECK(split->count(role) > 0);
      }
      for (size_t i = 0; i < tested_by_blocks.size(); ++i) {
        tested_by_columns[i] += columns.roles[i] == Role::test;
        tested_by_blocks[i] += blocks.roles[i] == Role::test;
      }
    }
    CHECK(std::count(tested_by_columns.begin(), tested_by_columns.end(), 1) == shape.size());
    CHECK(std::count(tested_by_blocks.begin(), tested_by_blocks.end(), 1) == shape.size());
  }
}

TEST_CASE("Blocks depend on the seed alone") {
  SplitOptions one, two;
  two.seed = 2;
  one.buffer = two.buffer = 0;
  const Shape shape{1, 40, 40, 1};
  CHECK(blocks_split(shape, 10, 0, 4, one).roles == blocks_split(shape, 10, 0, 4, one).roles);
  CHECK(blocks_split(shape, 10, 0, 4, one).roles != blocks_split(shape, 10, 0, 4, two).roles);
  CHECK(blocks_split(shape, 10, 0, 4, one).count(Role::test) == 400);
}

namespace {

// Soundings on a slanted strip of a grid, more of them in its south.
std::vector<int32_t> slanted_values(Shape shape) {
  std::vector<int32_t> values;
  for (int i = 0; i < shape.h; ++i)
    for (int j = 0; j < shape.w; ++j) values.push_back(j >= 60 - i && j < 108 - i ? 1 + 4 * i / shape.h : 0);
  return values;
}

}  // namespace

TEST_CASE("Blocks lie where values are, as many of them in each fold; each fold tests and validates some") {
  const Shape shape{2, 48, 120, 1};
  const std::vector<int32_t> values = slanted_values(shape);
  SplitOptions options;
  options.buffer = 2, options.validation_buffer = 1, options.values = values;
  std::vector<int> tested(values.size(), 0);
  const int64_t all = std::accumulate(values.begin(), values.end(), int64_t(0));
  for (int fold = 0; fold < 4; ++fold) {
    const Split split = blocks_split(shape, 12, fold, 4, options);
    CHECK(training_cells_near_test(split, 2) == 0);
    const auto share = [&](Role role) { return double(count_values(split, role, values)) / double(shape.n * all); };
    CHECK(share(Role::test) == doctest::Approx(0.25).epsilon(0.1));
    const double trains = share(Role::train), validates = share(Role::validation);
    CHECK(trains > 0.25);
    CHECK(validates > 0.1 * (trains + validates) / 2);
    CHECK(validates < 0.25 * (trains + validates));
    for (size_t i = 0; i < values.size(); ++i) {
      tested[i] += split.roles[i] == Role::test;
      CHECK(split.roles[i] == split.roles[i + values.size()]);
    }
  }
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i] > 0) CHECK(tested[i] == 1);
  CHECK(tested[0] == 0);  // in a block without values
}

TEST_CASE("Blocks are refused where fewer than the folds hold values, and values of another grid") {
  const Shape shape{1, 48, 120, 1};
  std::vector<int32_t> values(size_t(shape.size()), 0);
  for (int i = 0; i < 12; ++i)
    for (int j = 0; j < 36; ++j) values[size_t(i * shape.w + j)] = 1;
  SplitOptions options;
  options.buffer = 1, options.values = values;
  CHECK_THROWS_NAMING(UsageError, blocks_split(shape, 12, 0, 4, options), "only 3 blocks", "4 folds");
  CHECK(blocks_split(shape, 6, 0, 4, options).count(Role::test) == 108);
  options.values = std::span(values).first(7);
  CHECK_THROWS_AS(blocks_split(shape, 6, 0, 4, options), ShapeError);
}

TEST_CASE("Splits that leave nothing are refused") {
  CHECK_THROWS_NAMING(UsageError, columns_split({1, 5, 20, 1}, 0, 2, {}), "no train cells", "buffer of 8");
  SplitOptions no_validation;
  no_validation.validation_share = 0;
  no_validation.buffer = 10;
  CHECK_THROWS_NAMING(UsageError, columns_split({1, 5, 20, 1}, 0, 2, no_validation), "no train cells");
  CHECK_THROWS_NAMING(UsageError, columns_split({1, 5, 20, 1}, 4, 4, {}), "fold 4 of 4");
  CHECK_THROWS_AS(columns_split({1, 5, 20, 1}, 0, 1, {}), UsageError);
  CHECK_THROWS_AS(window_split({2, 5, 20, 1}, 2, {}), UsageError);
  CHECK_THROWS_AS(window_split({1, 5, 20, 1}, 0, {}), UsageError);
  CHECK_THROWS_AS(blocks_split({1, 5, 20, 1}, 0, 0, 2, {}), UsageError);
  SplitOptions bad;
  bad.buffer = -1;
  CHECK_THROWS_AS(columns_split({1, 5, 20, 1}, 0, 2, bad), UsageError);
}

TEST_CASE("The paper's random crops: counts, bounds, seed") {
  const Shape shape{2, 97, 173, 1};
  const CropsSplit split = random_crops_split(shape, 3);
  CHECK(split.train.size() == 320);
  CHECK(split.test.size() == 80);
  int first_window = 0, largest_row = 0, largest_column = 0;
  for (const auto* crops : {&split.train, &split.test})
    for (const kernels::Crop& crop : *crops) {
      first_window += crop.image == 0;
      CHECK(crop.row >= 0);
      CHECK(crop.column >= 0);
      CHECK(crop.row <= 57);
      CHECK(crop.column <= 133);
      CHECK(crop.orientation == 0);
      largest_row = std::max(largest_row, crop.row);
      largest_column = std::max(largest_column, crop.column);
    }
  CHECK(first_window == 200);
  CHECK(largest_row == 57);
  CHECK(largest_column >= 130);
  const int test_in_first = int(
      std::count_if(split.test.begin(), split.test.end(), [](const kernels::Crop& crop) { return crop.image == 0; }));
  CHECK(test_in_first > 20);
  CHECK(test_in_first < 60);
  CHECK(same_crop(random_crops_split(shape, 3).test[7], split.test[7]));
  CHECK(!same_crop(random_crops_split(shape, 4).test[7], split.test[7]));
  CHECK_THROWS_AS(random_crops_split({1, 30, 50, 1}, 1), UsageError);
}

TEST_CASE("Sliding patches end flush with the border") {
  const auto crops = sliding_patches({2, 5, 7, 1}, 3, 2);
  REQUIRE(crops.size() == 2 * 2 * 3);
  const int rows[] = {0, 0, 0, 2, 2, 2}, columns[] = {0, 2, 4, 0, 2, 4};
  for (int k = 0; k < 12; ++k) CHECK(same_crop(crops[size_t(k)], {k / 6, rows[k % 6], columns[k % 6], 0}));
  const auto uneven = sliding_patches({1, 4, 4, 1}, 3, 3);
  REQUIRE(uneven.size() == 4);
  CHECK(uneven[3].row == 1);
  CHECK(sliding_patches({1, 4, 4, 1}, 4, 9).size() == 1);
  CHECK_THROWS_AS(sliding_patches({1, 4, 4, 1}, 5, 1), UsageError);
  CHECK_THROWS_AS(sliding_patches({1, 4, 4, 1}, 2, 0), UsageError);
}

TEST_CASE("A block as large as the grid, or larger, leaves nothing to train on") {
  for (const int block : {8, 9, 1000, 2147483647})
    for (const int fold : {0, 1})
      CHECK_THROWS_NAMING(UsageError, blocks_split({1, 8, 8, 1}, block, fold, 2, {.buffer = 1}), "only 1 blocks");
}

TEST_CASE("Random patches hold their share of training cells") {
  // Of the 2 x 2 patches of a 3 x 3 window, (0,0) has 3 chosen cells, (0,1) 1, (1,0) 2, (1,1) 0; another window none.
  const Mask cells = {1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const Shape shape{2, 3, 3, 1};
  CHECK(PatchSampler(shape, 2, cells, 0).positions() == 3);
  CHECK(PatchSampler(shape, 2, cells, 0.5).positions() == 2);
  CHECK(PatchSampler(shape, 2, cells, 0.75).positions() == 1);
  CHECK_THROWS_NAMING(UsageError, PatchSampler(shape, 2, cells, 0.8), "80", "2 x 2");
  CHECK_THROWS_AS(PatchSampler(shape, 4, cells, 0), UsageError);
  CHECK_THROWS_AS(PatchSampler(shape, 2, Mask{1}, 0), ShapeError);

  const PatchSampler sampler(shape, 2, cells, 0.5);
  Random random(1);
  std::set<std::tuple<int, int, int>> seen;
  for (const kernels::Crop& crop : sampler.draw(200, random)) {
    CHECK(crop.image == 0);
    seen.insert({crop.row, crop.column, crop.orientation});
  }
  CHECK(seen.size() == 16);  // (0,0) and (1,0), eight orientations each
  for (const kernels::Crop& crop : sampler.draw(20, random, false)) CHECK(crop.orientation == 0);
  Random same(1);
  Random again(1);
  CHECK(same_crop(sampler.draw(9, same)[8], sampler.draw(9, again)[8]));
}

TEST_CASE("Orientations are the eight of the square") {
  const auto crops = orientations_of({1, 2, 3, 5});
  REQUIRE(crops.size() == 8);
  for (int k = 0; k < 8; ++k) CHECK(same_crop(crops[size_t(k)], {1, 2, 3, k}));
}

TEST_CASE("Shared pixels are counted as often as the test patches hold them") {
  const std::vector<kernels::Crop> train = {{0, 0, 0, 0}, {0, 0, 1, 3}},
                                   test = {{0, 1, 1, 0}, {0, 1, 1, 0}, {1, 0, 0, 0}, {0, 0, 2, 0}};
  // Train covers rows 0-1, columns 0-2 of the first window: 2 + 2 + 0 + 2 of 16 pixels.
  CHECK(shared_pixel_share({2, 4, 4, 1}, 2, train, test) == doctest::Approx(6.0 / 16));
  const std::vector<kernels::Crop> outside = {{0, 3, 0, 0}};
  CHECK_THROWS_AS(shared_pixel_share({2, 4, 4, 1}, 2, train, outside), ShapeError);
}

TEST_CASE("Training cells near the test cells are counted") {
  SplitOptions options;
  options.validation_share = 0;
  options.buffer = 1;
  const Split split = columns_split({1, 3, 9, 1}, 0, 3, options);  // ttt.TTTTT
  CHECK(training_cells_near_test(split, 1) == 0);
  CHECK(training_cells_near_test(split, 2) == 3);
  CHECK(training_cells_near_test(split, 3) == 6);
}
