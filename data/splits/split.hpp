#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/mask.hpp"
#include "kernels/crop.hpp"
#include "kernels/enum_names.hpp"
#include "kernels/random.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

enum class Role : uint8_t { train, validation, test, buffer };

// The role of each cell of each window, decided before anything is cut into patches. Buffer cells have no role: at
// least `buffer` of them, in rows or in columns, lie between a test cell and the training and validation cells of the
// same window, and a smaller buffer between training and validation cells.
struct Split {
  std::string description;  // for reports: what is held out
  int windows = 0, rows = 0, columns = 0;
  std::vector<Role> roles;  // (windows, rows, columns)

  Mask mask(Role) const;
  int64_t count(Role) const;
};

struct SplitOptions {
  int buffer = 8;                 // around test cells, in rows and in columns
  int validation_buffer = 8;      // between training and validation, but no more than `buffer`: these choose an epoch
  double validation_share = 0.1;  // of the cells that do not test, in blocks of their values; 0: no validation
  uint64_t seed = 1;              // of random choices (blocks)
  // Of each cell (row, column): how many values, as soundings, it holds in all windows; empty: one each.
  std::span<const int32_t> values = {};
  // Of each window: whether it shares soundings with the one that tests; empty: none does.
  std::span<const uint8_t> sharing = {};
};

// (windows, rows, columns, 1) of `shape` below.

// Test: the columns [columns fold / folds, columns (fold + 1) / folds) of every window. Validation: a strip of whole
// columns at the edge of the grid that is farther from the test columns.
Split columns_split(Shape shape, int fold, int folds, const SplitOptions& = {});

// Test: one window. Validation: a strip of whole columns at the last columns of the other windows. The windows share
// their cells, so this tests other times, not other places. Windows that share soundings with the one that tests are
// buffer.
Split window_split(Shape shape, int window, const SplitOptions& = {});

// Test: one fold of square blocks of `block` cells (those at the last edges may be smaller), the same in every window.
// The blocks begin at the first row and column with values; those without values are in no fold. From the fullest to
// the emptiest, at random among equals, each is dealt to the fold with the fewest values so far. Validation: quarters
// of the other blocks, at random, until they hold its share of the values; quarters of which the buffer around the test
// cells takes half or more come last. Throws UsageError where fewer blocks than folds hold values.
Split blocks_split(Shape shape, int block, int fold, int folds, const SplitOptions& = {});

// The number of values of a role: of cells, where the options count none.
int64_t count_values(const Split&, Role, std::span<const int32_t> values);

// The paper's protocol: `crops_per_window` patches at random positions of each window, with repetition, pooled and
// dealt at random, `train_share` of them to train. Training and test patches overlap: its scores are leaky.
struct CropsSplit {
  std::vector<kernels::Crop> train, test;
};
CropsSplit random_crops_split(Shape shape, uint64_t seed, int patch = 40, int crops_per_window = 200,
                              double train_share = 0.8);

}  // namespace unetsr::data

template <>
struct unetsr::EnumNames<unetsr::data::Role> {
  static constexpr const char* what = "role";
  static constexpr std::pair<unetsr::data::Role, const char*> names[] = {{unetsr::data::Role::train, "train"},
                                                                         {unetsr::data::Role::validation, "validation"},
                                                                         {unetsr::data::Role::test, "test"},
                                                                         {unetsr::data::Role::buffer, "buffer"}};
};
