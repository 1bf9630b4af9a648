#include "pipeline/train/held_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/dataset/dated_windows.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/console/number_pattern.hpp"
#include "pipeline/train/epoch_choice.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/window_choice.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int64_t least_scored = 2;  // R2 of one value means nothing
constexpr const char* blocks_auto = "blocks:auto:#/#";

[[noreturn]] void refuse_test_cells(const std::string& test) {
  throw UsageError("--test " + excerpt(test) +
                   ": take columns:FOLD/FOLDS, blocks:CELLS:FOLD/FOLDS, blocks:auto:FOLD/FOLDS or window:INDEX");
}

data::Split cut(Shape shape, const std::string& test, const data::SplitOptions& options) {
  if (const auto n = numbers_in_pattern(test, "columns:#/#"))
    return data::columns_split(shape, n->at(0), n->at(1), options);
  if (const auto n = numbers_in_pattern(test, "blocks:#:#/#"))
    return data::blocks_split(shape, n->at(0), n->at(1), n->at(2), options);
  if (const auto n = numbers_in_pattern(test, "window:#")) return data::window_split(shape, n->at(0), options);
  refuse_test_cells(test);
}

// A split of one window, which has the blocks and columns of all.
Shape one_window(Shape shape) {
  return {1, shape.h, shape.w, 1};
}

// The largest buffer, below the one of `options`, with which a third of the values that do not test can train; -1:
// none.
int useful_buffer(Shape shape, const std::string& test, data::SplitOptions options) {
  const auto leaves_enough = [&](int buffer) {
    options.buffer = buffer;
    try {
      const data::Split split = cut(shape, test, options);
      const auto count = [&](data::Role role) { return data::count_values(split, role, options.values); };
      const int64_t all = count(data::Role::train) + count(data::Role::validation) + count(data::Role::buffer);
      return 3 * count(data::Role::train) >= all;
    } catch (const UsageError&) {
      return false;
    }
  };
  int least = -1, most = options.buffer;
  while (most - least > 1) {
    const int middle = least + (most - least) / 2;
    (leaves_enough(middle) ? least : most) = middle;
  }
  return least;
}

data::SplitOptions split_options(const HonestOptions& o) {
  return {.buffer = o.buffer,
          .validation_buffer = o.validation_buffer,
          .validation_share = o.validation_share,
          .values = o.values};
}

// The `test` of every fold of the same kind; where they are very many, the one alone.
std::vector<std::string> all_folds(const std::string& test) {
  constexpr int very_many = 100;
  std::vector<std::string> tests;
  const auto columns = numbers_in_pattern(test, "columns:#/#"), blocks = numbers_in_pattern(test, "blocks:#:#/#");
  const int folds = columns ? columns->at(1) : blocks ? blocks->at(2) : 0;
  if (folds > very_many) return {test};
  const std::string kind = test.substr(0, test.rfind(':'));
  for (int fold = 0; fold < folds; ++fold) tests.push_back(fmt::format("{}:{}/{}", kind, fold, folds));
  return tests;
}

// The part of a grid that holds values.
class CellsWithValues {
 public:
  CellsWithValues(const std::vector<int32_t>& values, Shape shape) : values_(values), columns_(shape.w) {
    int last_row = -1, last_column = -1;
    first_row_ = shape.h, first_column_ = shape.w;
    each([&](int row, int column) {
      first_row_ = std::min(first_row_, row), last_row = std::max(last_row, row);
      first_column_ = std::min(first_column_, column), last_column = std::max(last_column, column);
    });
    rows_ = std::max(1, last_row - first_row_ + 1), across_ = std::max(1, last_column - first_column_ + 1);
  }

  int shorter_side() const { return std::min(rows_, across_); }
  // Of blocks of which so many fill the shorter side.
  int side(int blocks) const { return (shorter_side() + blocks - 1) / blocks; }
  // Blocks of a side that hold values.
  int64_t blocks(int side) const {
    const int across = (across_ + side - 1) / side;
    std::vector<bool> filled(size_t((rows_ + side - 1) / side) * size_t(across));
    each([&](int row, int column) {
      filled[size_t((row - first_row_) / side) * size_t(across) + size_t((column - first_column_) / side)] = true;
    });
    return std::count(filled.begin(), filled.end(), true);
  }

 private:
  template <class Visit>
  void each(const Visit& visit) const {
    for (size_t i = 0; i < values_.size(); ++i)
      if (values_[i] > 0) visit(int(i) / columns_, int(i) % columns_);
  }

  const std::vector<int32_t>& values_;
  int columns_, first_row_ = 0, first_column_ = 0, rows_ = 1, across_ = 1;
};

// The cells of all other windows have no role.
data::Split with_windows(data::Split split, const std::vector<int>& windows) {
  if (windows.empty()) return split;
  const size_t cells = size_t(split.rows) * size_t(split.columns);
  for (int w = 0; w < split.windows; ++w)
    if (!std::binary_search(windows.begin(), windows.end(), w))
      std::fill_n(split.roles.begin() + std::ptrdiff_t(size_t(w) * cells), cells, data::Role::buffer);
  return split;
}

}  // namespace

void require_test_cells(const std::string& test) {
  for (const char* pattern : {"columns:#/#", "blocks:#:#/#", blocks_auto, "window:#"})
    if (numbers_in_pattern(test, pattern)) return;
  refuse_test_cells(test);
}

int default_buffer(Shape shape, const ResolvedOptions& o, const HeldOutBasis& basis) {
  const HonestOptions honest = honest_options(o, basis.values);
  data::SplitOptions options = split_options(honest);
  int buffer = basis.separation.widest();
  for (const std::string& test : all_folds(o.test)) {
    options.buffer = buffer + 1;
    buffer = std::max(0, useful_buffer(one_window(shape), test, options));
  }
  return std::max({1, buffer, basis.separation.sif});
}

std::string with_block_side(const std::string& test, Shape shape, const HeldOutBasis& basis) {
  const auto numbers = numbers_in_pattern(test, blocks_auto);
  if (!numbers) return test;
  constexpr int per_buffer = 8;
  const int fold = numbers->at(0), folds = numbers->at(1);
  const int buffer = std::max(basis.separation.footprint, basis.separation.errors);
  const int wanted = std::max({1, int(std::ceil(basis.lengths.longer())), per_buffer * buffer});
  const CellsWithValues cells(basis.values, shape);
  int across = std::max(1, cells.shorter_side() / wanted);
  while (cells.side(across) > 1 && cells.blocks(cells.side(across)) < 2 * int64_t(folds)) ++across;
  return fmt::format("blocks:{}:{}/{}", cells.side(across), fold, folds);
}

HonestOptions honest_options(const ResolvedOptions& o, std::vector<int32_t> values, Device device) {
  // Soundings of two roles share no cell, and each has noise of its own: to choose an epoch, this is enough.
  constexpr int between_soundings = 2;
  HonestOptions options{.features = o.features,
                        .test = o.test,
                        .patch = o.patch,
                        .validation_share = o.validation,
                        .seed = o.seed,
                        .first_guess = o.first_guess,
                        .buffer = o.buffer,
                        .device = device,
                        .values = std::move(values),
                        .estimate_footprints = o.footprints == FootprintPlaces::estimated};
  if (o.supervision == Supervision::footprints) options.validation_buffer = between_soundings;
  return options;
}

std::vector<int> used_windows(const ResolvedOptions& o, const std::vector<std::string>& labels) {
  if (!o.start && !o.end) return {};
  return chosen_windows(labels, {.start = o.start.value_or(""), .end = o.end.value_or("")});
}

void require_tested(int64_t count, const std::string& values, const ResolvedOptions& o) {
  if (count < least_scored)
    throw UsageError(fmt::format(
        "--test {}: holds out {} {}, too few to score; take another fold, or blocks:auto:0/4, which lie all over the "
        "grid",
        o.test, count, values));
}

void warn_of_few_validated(int64_t count, const std::string& values, const ResolvedOptions& o, const Output& output) {
  if (o.validation > 0 && count < least_validated)
    output.warning(
        fmt::format("--validation {}: {} {} validate, too few to choose an epoch: the last one counts; take a larger "
                    "share, or another --test",
                    o.validation, count, values));
}

namespace {

// Of each window, whether it shares days, and so soundings, with the one that `test` holds out; empty: none does.
std::vector<uint8_t> sharing_windows(const std::string& test, const data::Dataset& dataset) {
  const auto held_out = numbers_in_pattern(test, "window:#");
  if (!held_out || held_out->at(0) < 0 || size_t(held_out->at(0)) >= dataset.windows.size()) return {};
  if (!data::are_dates(dataset.windows)) return {};
  const std::vector<data::Window> windows = data::dated_windows(dataset.windows, dataset.window_days);
  std::vector<uint8_t> sharing;
  for (const data::Window& window : windows) sharing.push_back(data::overlap(window, windows[size_t(held_out->at(0))]));
  return sharing;
}

data::Split make_split(Shape shape, const HonestOptions& o, const data::SplitOptions& options) {
  try {
    return with_windows(cut(shape, o.test, options), o.windows);
  } catch (const UsageError& e) {
    const int buffer = useful_buffer(o.test.starts_with("window:") ? shape : one_window(shape), o.test, options);
    if (buffer < 0) throw;
    throw UsageError(fmt::format(
        "{}; hold out less{}, or take --buffer {}, with which test cells are less independent of the training",
        e.what(), o.test.starts_with("blocks:") ? " or columns (--test columns:0/4)" : "", std::max(1, buffer)));
  }
}

}  // namespace

data::Split make_split(Shape shape, const HonestOptions& o) {
  return make_split(shape, o, split_options(o));
}

data::Split make_split(Shape shape, const HonestOptions& o, const data::Dataset& dataset) {
  const std::vector<uint8_t> sharing = sharing_windows(o.test, dataset);
  data::SplitOptions options = split_options(o);
  options.sharing = sharing;
  return make_split(shape, o, options);
}

}  // namespace unetsr::pipeline
