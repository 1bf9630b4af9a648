#include "data/splits/split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

// The columns [first, last) of one window.
Mask choose_columns(const Split& split, int first, int last) {
  Mask chosen(size_t(split.rows) * size_t(split.columns), 0);
  for (int i = 0; i < split.rows; ++i)
    for (int j = first; j < last; ++j) chosen[size_t(i) * size_t(split.columns) + size_t(j)] = 1;
  return chosen;
}

// Gives the chosen training cells of a window a role, and the training cells around them to the buffer.
void assign(Split& split, int window, const Mask& chosen, Role role, int buffer) {
  const Mask near = grown(chosen, {1, split.rows, split.columns, 1}, buffer);
  Role* roles = split.roles.data() + size_t(window) * chosen.size();
  for (size_t i = 0; i < chosen.size(); ++i)
    if (roles[i] == Role::train && near[i]) roles[i] = chosen[i] ? role : Role::buffer;
}

Split all_training(Shape shape, const SplitOptions& options) {
  if (options.buffer < 0 || options.validation_buffer < 0 ||
      !(options.validation_share >= 0 && options.validation_share < 1))
    throw UsageError("a split needs a buffer of 0 or more cells and a validation share of 0 up to 1, got " +
                     std::to_string(options.buffer) + " and " + std::to_string(options.validation_share));
  if (!options.values.empty() && int64_t(options.values.size()) != int64_t(shape.h) * shape.w)
    throw ShapeError("a split of " + std::to_string(shape.h) + " x " + std::to_string(shape.w) +
                     " cells needs a number of values for each, got " + std::to_string(options.values.size()));
  Split split;
  split.windows = shape.n;
  split.rows = shape.h;
  split.columns = shape.w;
  split.roles.assign(size_t(shape.pixels()), Role::train);
  return split;
}

int validation_buffer(const SplitOptions& options) {
  return std::min(options.buffer, options.validation_buffer);
}

// How many of so many that train validate instead: one at least, where there is one.
int validating(int training, double share) {
  return share > 0 ? std::min(training, std::max(1, int(std::lround(training * share)))) : 0;
}

// Cells that train have to hold values; those of the soundings or cells that validate and test are counted later.
Split checked(Split split, const SplitOptions& options) {
  for (const Role role : {Role::train, Role::validation, Role::test}) {
    const bool counted = role == Role::train && !options.values.empty();
    const int64_t count = counted ? count_values(split, role, options.values) : split.count(role);
    if (count == 0 && (role != Role::validation || options.validation_share > 0))
      throw UsageError("split " + split.description + ": no " + unetsr::to_string(role) + " cells" +
                       (counted ? " with values" : "") + " left on " + std::to_string(split.windows) + " windows of " +
                       std::to_string(split.rows) + " x " + std::to_string(split.columns) + " cells with a buffer of " +
                       std::to_string(options.buffer));
  }
  return split;
}

void require_fold(int fold, int folds) {
  if (folds < 2 || fold < 0 || fold >= folds)
    throw UsageError("fold " + std::to_string(fold) + " of " + std::to_string(folds) +
                     ": folds are counted from 0, and there must be two or more");
}

// Square tiles of the cells with values: those at the last edges may be smaller.
class Tiles {
 public:
  Tiles(Shape shape, int side, std::span<const int32_t> values)
      : rows_(shape.h), columns_(shape.w), values_(values.begin(), values.end()) {
    if (values_.empty()) values_.assign(size_t(rows_) * size_t(columns_), 1);
    int first_row = rows_, first_column = columns_;
    for (int i = 0; i < rows_; ++i)
      for (int j = 0; j < columns_; ++j)
        if (values_[place(i, j)] > 0) first_row = std::min(first_row, i), first_column = std::min(first_column, j);
    row_edges_ = edges(first_row, rows_, side), column_edges_ = edges(first_column, columns_, side);
    number_cells();
  }

  size_t count() const { return (row_edges_.size() - 1) * (column_edges_.size() - 1); }

  // Each tile cut in four.
  Tiles quarters() const {
    Tiles finer = *this;
    finer.row_edges_ = halved(row_edges_), finer.column_edges_ = halved(column_edges_);
    finer.number_cells();
    return finer;
  }

  // The number of values of each tile on the chosen cells (row, column); no choice: on all.
  std::vector<int64_t> values(const Mask& chosen = {}) const {
    std::vector<int64_t> sums(count(), 0);
    for (size_t i = 0; i < values_.size(); ++i)
      if (tile_[i] >= 0 && (chosen.empty() || chosen[i])) sums[size_t(tile_[i])] += values_[i];
    return sums;
  }

  Mask cells(const Mask& tiles) const {
    Mask cells(values_.size(), 0);
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = tile_[i] >= 0 && tiles[size_t(tile_[i])];
    return cells;
  }

 private:
  size_t place(int row, int column) const { return size_t(row) * size_t(columns_) + size_t(column); }

  static std::vector<int> edges(int first, int end, int side) {
    std::vector<int> edges = {first};
    while (edges.back() < end) edges.push_back(end - edges.back() > side ? edges.back() + side : end);
    return edges;
  }

  static std::vector<int> halved(const std::vector<int>& edges) {
    std::vector<int> finer;
    for (size_t i = 0; i + 1 < edges.size(); ++i) {
      const int half = (edges[i + 1] - edges[i] + 1) / 2;
      finer.push_back(edges[i]);
      if (edges[i] + half < edges[i + 1]) finer.push_back(edges[i] + half);
    }
    finer.push_back(edges.back());
    return finer;
  }

  void number_cells() {
    tile_.assign(values_.size(), -1);
    const int across = int(column_edges_.size()) - 1;
    for (int a = 0; a + 1 < int(row_edges_.size()); ++a)
      for (int i = row_edges_[size_t(a)]; i < row_edges_[size_t(a) + 1]; ++i)
        for (int b = 0; b < across; ++b)
          for (int j = column_edges_[size_t(b)]; j < column_edges_[size_t(b) + 1]; ++j)
            tile_[place(i, j)] = a * across + b;
  }

  int rows_, columns_;
  std::vector<int32_t> values_;
  std::vector<int> row_edges_, column_edges_;
  std::vector<int> tile_;  // of each cell; -1: none
};

std::vector<size_t> shuffled_tiles(const Tiles& tiles, Random& random) {
  std::vector<size_t> order(tiles.count());
  std::iota(order.begin(), order.end(), size_t(0));
  random.shuffle(order);
  return order;
}

// The tiles of one fold.
Mask dealt(const Tiles& tiles, int fold, int folds, Random& random) {
  const std::vector<int64_t> values = tiles.values();
  std::vector<size_t> order = shuffled_tiles(tiles, random);
  std::erase_if(order, [&](size_t tile) { return values[tile] == 0; });
  if (int64_t(order.size()) < folds)
    throw UsageError("only " + std::to_string(order.size()) + " blocks hold values, fewer than the " +
                     std::to_string(folds) + " folds: take smaller blocks or fewer folds");
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] > values[b]; });
  std::vector<int64_t> of_fold(size_t(folds), 0);
  Mask chosen(tiles.count(), 0);
  for (const size_t tile : order) {
    const auto emptiest = std::min_element(of_fold.begin(), of_fold.end());
    *emptiest += values[tile];
    chosen[tile] = emptiest - of_fold.begin() == fold;
  }
  return chosen;
}

Mask validating_tiles(const Tiles& tiles, const Split& split, const SplitOptions& options, Random& random) {
  const Mask training = split.mask(Role::train);
  const Mask first_window(training.begin(), training.begin() + int64_t(split.rows) * split.columns);
  const std::vector<int64_t> all = tiles.values(), left = tiles.values(first_window);
  std::vector<size_t> order = shuffled_tiles(tiles, random);
  std::stable_partition(order.begin(), order.end(), [&](size_t tile) { return 2 * left[tile] > all[tile]; });
  const double wanted = options.validation_share * double(std::accumulate(left.begin(), left.end(), int64_t(0)));
  Mask chosen(tiles.count(), 0);
  double held = 0;
  for (size_t k = 0; k < order.size() && held < wanted; ++k)
    chosen[order[k]] = left[order[k]] > 0, held += double(left[order[k]]);
  return chosen;
}

}  // namespace

int64_t count_values(const Split& split, Role role, std::span<const int32_t> values) {
  if (values.empty()) return split.count(role);
  int64_t sum = 0;
  for (size_t i = 0; i < split.roles.size(); ++i)
    if (split.roles[i] == role) sum += values[i % values.size()];
  return sum;
}

Mask Split::mask(Role role) const {
  Mask mask(roles.size());
  for (size_t i = 0; i < roles.size(); ++i) mask[i] = roles[i] == role;
  return mask;
}

int64_t Split::count(Role role) const {
  return std::count(roles.begin(), roles.end(), role);
}

Split columns_split(Shape shape, int fold, int folds, const SplitOptions& options) {
  require_fold(fold, folds);
  Split split = all_training(shape, options);
  const int first = int(int64_t(shape.w) * fold / folds), last = int(int64_t(shape.w) * (fold + 1) / folds);
  split.description = "columns " + std::to_string(first) + ".." + std::to_string(last - 1);
  const int left = std::max(0, first - options.buffer), right = std::max(0, shape.w - last - options.buffer);
  const int width = validating(left + right, options.validation_share);
  const int strip = right >= left ? shape.w - width : 0;
  for (int w = 0; w < shape.n; ++w) {
    assign(split, w, choose_columns(split, first, last), Role::test, options.buffer);
    assign(split, w, choose_columns(split, strip, strip + width), Role::validation, validation_buffer(options));
  }
  return checked(std::move(split), options);
}

Split window_split(Shape shape, int window, const SplitOptions& options) {
  if (window < 0 || window >= shape.n || shape.n < 2)
    throw UsageError("window " + std::to_string(window) + " cannot be held out of " + std::to_string(shape.n) +
                     " (windows are counted from 0, and others must be left to train on)");
  Split split = all_training(shape, options);
  split.description = "window " + std::to_string(window);
  const int width = validating(shape.w, options.validation_share);
  for (int w = 0; w < shape.n; ++w) {
    if (w == window)
      assign(split, w, choose_columns(split, 0, shape.w), Role::test, options.buffer);
    else if (!options.sharing.empty() && options.sharing[size_t(w)])
      assign(split, w, choose_columns(split, 0, shape.w), Role::buffer, 0);
    else
      assign(split, w, choose_columns(split, shape.w - width, shape.w), Role::validation, validation_buffer(options));
  }
  return checked(std::move(split), options);
}

Split blocks_split(Shape shape, int block, int fold, int folds, const SplitOptions& options) {
  require_fold(fold, folds);
  if (block < 1) throw UsageError("a block needs one cell or more, got " + std::to_string(block));
  Split split = all_training(shape, options);
  split.description = "blocks of " + std::to_string(block) + " cells, fold " + std::to_string(fold) + " of " +
                      std::to_string(folds) + ", seed " + std::to_string(options.seed);
  Random random(options.seed);
  const Tiles blocks(shape, block, options.values);
  const Mask test = blocks.cells(dealt(blocks, fold, folds, random));
  for (int w = 0; w < shape.n; ++w) assign(split, w, test, Role::test, options.buffer);
  if (options.validation_share > 0) {
    const Tiles quarters = blocks.quarters();
    const Mask validation = quarters.cells(validating_tiles(quarters, split, options, random));
    for (int w = 0; w < shape.n; ++w) assign(split, w, validation, Role::validation, validation_buffer(options));
  }
  return checked(std::move(split), options);
}

CropsSplit random_crops_split(Shape shape, uint64_t seed, int patch, int crops_per_window, double train_share) {
  if (patch < 1 || patch > shape.h || patch > shape.w)
    throw UsageError("patches of " + std::to_string(patch) + " cells do not fit windows of " + std::to_string(shape.h) +
                     " x " + std::to_string(shape.w));
  if (crops_per_window < 1 || !(train_share > 0 && train_share < 1))
    throw UsageError("random crops need one or more a window and a training share between 0 and 1, got " +
                     std::to_string(crops_per_window) + " and " + std::to_string(train_share));
  Random random(seed);
  std::vector<kernels::Crop> crops;
  for (int w = 0; w < shape.n; ++w)
    for (int k = 0; k < crops_per_window; ++k) {
      const int row = int(random.below(uint32_t(shape.h - patch + 1)));
      const int column = int(random.below(uint32_t(shape.w - patch + 1)));
      crops.push_back({w, row, column, 0});
    }
  random.shuffle(crops);
  const auto middle = crops.begin() + std::lround(double(crops.size()) * train_share);
  return {{crops.begin(), middle}, {middle, crops.end()}};
}

}  // namespace unetsr::data
