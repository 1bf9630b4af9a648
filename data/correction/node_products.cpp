#include "data/correction/node_products.hpp"

#include <algorithm>

#include "data/correction/row_vectors.hpp"
#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

using Row = RowVector<float>;

constexpr int64_t soundings_of_task = 1024;
constexpr int rows_of_band = 16;

int nodes_along(int cells, int spacing) {
  return (cells - 1) / spacing + 2;
}

// The nodes that a row of cells (or of nearer nodes) from `first` to `last` lies between.
struct Between {
  Between(int first, int last, int spacing) : node(first / spacing), count((last + spacing - 1) / spacing - node + 1) {}
  int node, count;
};

// Adds values, one every cell from `first` on, to the nodes from `node` on.
void add_to_nodes(std::span<const float> values, int first, int spacing, int node, float* nodes) {
  int own = first / spacing - node, within = first % spacing;
  for (const float value : values) {
    const float share = float(within) / float(spacing);
    nodes[own] += (1 - share) * value;
    if (within > 0) nodes[own + 1] += share * value;
    if (++within == spacing) within = 0, ++own;
  }
}

// Adds a row of values at row `row`, of cells, to a rectangle of nodes.
void add_row(const float* values, int columns, int row, int spacing, int node, float* rectangle) {
  const float share = float(row % spacing) / float(spacing);
  float* own = rectangle + (row / spacing - node) * columns;
  for (int k = 0; k < columns; ++k) own[k] += (1 - share) * values[k];
  for (int k = 0; share > 0 && k < columns; ++k) own[columns + k] += share * values[k];
}

// Adds what a sounding sees of cells to its rectangle of nodes.
UNETSR_CLONES void add_cells(const ScaledSoundings& soundings, size_t i, const NodeProducts::Rectangle& r, int spacing,
                             std::vector<float>& cells, std::vector<float>& nodes, float* rectangle) {
  const float scale = float(soundings.scale(i));
  const float* map = soundings.map(r.window).data();
  const int64_t columns = soundings.shape().w;
  soundings.for_runs(
      i, [&](int row, int column, std::span<const float> weights) __attribute__((always_inline)) {
        const float* own = map + row * columns + column;
        cells.resize(weights.size());
        for (size_t k = 0; k < weights.size(); ++k) cells[k] = own[k] > 0 ? scale * weights[k] * own[k] : 0;
        nodes.assign(r.columns, 0.0f);
        add_to_nodes(cells, column, spacing, r.column, nodes.data());
        add_row(nodes.data(), r.columns, row, spacing, r.row, rectangle);
      });
}

UNETSR_CLONES void spread_band(const NodeProducts& b, std::span<const uint32_t> own, std::span<const float> z,
                               int first, int last, float* band) {
  for (const uint32_t i : own) {
    const NodeProducts::Rectangle& r = b.rectangle(i);
    for (int row = std::max(0, first - r.row); row < std::min(int(r.rows), last + 1 - r.row); ++row)
      Row::add_scaled(b.values(r, row), r.columns, z[i], band + (r.row + row - first) * b.columns() + r.column);
  }
}

UNETSR_CLONES void gather_some(const NodeProducts& b, size_t first, size_t last, const float* images, float factor,
                               float* y) {
  for (size_t i = first; i < last; ++i) {
    const NodeProducts::Rectangle& r = b.rectangle(i);
    const float* own = images + size_t(r.window) * b.nodes() + r.row * b.columns() + r.column;
    Row::Values sum = {};
    for (int row = 0; row < r.rows; ++row) Row::add_products(b.values(r, row), r.columns, own + row * b.columns(), sum);
    y[i] += factor * Row::total(sum);
  }
}

}  // namespace

NodeProducts::NodeProducts(const ScaledSoundings& soundings, int spacing)
    : windows_(soundings.shape().n),
      rows_(nodes_along(soundings.shape().h, spacing)),
      columns_(nodes_along(soundings.shape().w, spacing)),
      spacing_(spacing),
      cell_rows_(soundings.shape().h),
      cell_columns_(soundings.shape().w),
      rectangles_(soundings.size()) {
  for (size_t i = 0; i < size(); ++i) {
    const SoundingCells::Sounding& s = soundings.sounding(i);
    const Between down(s.row, s.last_row, spacing), across(s.column, s.last_column, spacing);
    rectangles_[i] = {down.node, across.node, uint16_t(down.count), uint16_t(across.count), s.window, 0};
  }
  make_room();
  parallel_ranges(int64_t(size()), soundings_of_task, [&](int64_t first, int64_t last) {
    std::vector<float> cells, nodes;
    for (size_t i = size_t(first); i < size_t(last); ++i)
      add_cells(soundings, i, rectangles_[i], spacing_, cells, nodes, &values_[size_t(rectangles_[i].first)]);
  });
  find_bands();
}

NodeProducts NodeProducts::coarser(int times, bool one_window) const {
  NodeProducts b;
  b.windows_ = one_window ? 1 : windows_, b.spacing_ = spacing_ * times;
  b.cell_rows_ = cell_rows_, b.cell_columns_ = cell_columns_;
  b.rows_ = nodes_along(cell_rows_, b.spacing_), b.columns_ = nodes_along(cell_columns_, b.spacing_);
  // The last of the nearer nodes may lie behind the last cell, and behind the last of the others.
  b.rows_ = std::max(b.rows_, nodes_along(rows_, times)),
  b.columns_ = std::max(b.columns_, nodes_along(columns_, times));
  b.rectangles_.resize(size());
  for (size_t i = 0; i < size(); ++i) {
    const Rectangle& r = rectangles_[i];
    const Between down(r.row, r.row + r.rows - 1, times), across(r.column, r.column + r.columns - 1, times);
    b.rectangles_[i] = {down.node, across.node, uint16_t(down.count), uint16_t(across.count), one_window ? 0 : r.window,
                        0};
  }
  b.make_room();
  parallel_ranges(int64_t(size()), soundings_of_task, [&](int64_t first, int64_t last) {
    std::vector<float> nodes;
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      const Rectangle &from = rectangles_[i], &to = b.rectangles_[i];
      for (int row = 0; row < from.rows; ++row) {
        nodes.assign(to.columns, 0.0f);
        add_to_nodes({values(from, row), from.columns}, from.column, times, to.column, nodes.data());
        add_row(nodes.data(), to.columns, from.row + row, times, to.row, &b.values_[size_t(to.first)]);
      }
    }
  });
  b.find_bands();
  return b;
}

void NodeProducts::make_room() {
  int64_t count = 0;
  for (Rectangle& r : rectangles_) r.first = count, count += int64_t(r.rows) * r.columns;
  values_.assign(size_t(count) + padding, 0.0f);
}

void NodeProducts::find_bands() {
  std::vector<OrderedBands::Rows> rows;
  for (const Rectangle& r : rectangles_) rows.push_back({r.window, r.row, r.row + r.rows - 1});
  bands_ = OrderedBands(rows, windows_, rows_, rows_of_band);
}

void NodeProducts::spread(std::span<const float> z, std::vector<float>& images) const {
  images.resize(size_t(windows_) * nodes() + padding);
  parallel_for(int64_t(windows_) * bands_.of_window(), [&](int64_t task) {
    thread_local std::vector<float> rows;
    const int window = int(task / bands_.of_window()), band = int(task % bands_.of_window());
    const int first = bands_.first_row(band), last = bands_.last_row(band);
    const size_t count = size_t(last - first + 1) * size_t(columns_);
    rows.assign(count + padding, 0.0f);
    spread_band(*this, bands_.items(window, band), z, first, last, rows.data());
    std::copy_n(rows.begin(), count,
                images.begin() + std::ptrdiff_t(size_t(window) * nodes() + size_t(first) * size_t(columns_)));
  });
}

void NodeProducts::gather(const std::vector<float>& images, float factor, std::span<float> y) const {
  parallel_ranges(int64_t(size()), soundings_of_task, [&](int64_t first, int64_t last) {
    gather_some(*this, size_t(first), size_t(last), images.data(), factor, y.data());
  });
}

}  // namespace unetsr::data
