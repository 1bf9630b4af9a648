#include "data/correction/node_products.hpp"

#include <algorithm>

#include "data/correction/row_vectors.hpp"
#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

using Row = RowVector<float>;

constexpr int64_t soundings_of_task = 1024;
constexpr size_t soundings_of_batch = 1 << 17;  // that are released together
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

NodeGrid NodeGrid::around(int cell_rows, int cell_columns, int spacing) {
  return {nodes_along(cell_rows, spacing), nodes_along(cell_columns, spacing), spacing};
}

NodeGrid NodeGrid::coarser(int times) const {
  return {nodes_along(rows, times), nodes_along(columns, times), spacing * times};
}

NodeProducts::Rectangle NodeProducts::Rectangle::coarser(int times) const {
  const Between down(row, row + rows - 1, times), across(column, column + columns - 1, times);
  return {down.node, across.node, uint16_t(down.count), uint16_t(across.count), window, 0};
}

NodeProducts::NodeProducts(const ScaledSoundings& soundings, int spacing, const ArrayStore& store)
    : windows_(soundings.shape().n),
      grid_(NodeGrid::around(soundings.shape().h, soundings.shape().w, spacing)),
      first_(size_t(windows_), soundings.size()),
      last_(size_t(windows_), 0),
      rectangles_(store),
      values_(store) {
  find_rectangles(soundings);
  find_values(soundings);
  const auto rows_of = [&](size_t i) -> OrderedBands::Rows {
    const Rectangle& r = rectangles_[i];
    return {r.window, r.row, r.row + r.rows - 1};
  };
  bands_ = OrderedBands(size(), rows_of, windows_, grid_.rows, rows_of_band);
  release();
}

void NodeProducts::find_rectangles(const ScaledSoundings& soundings) {
  rectangles_.reserve(soundings.size());
  int64_t count = 0;
  for (size_t i = 0; i < soundings.size(); ++i) {
    const SoundingCells::Sounding& s = soundings.sounding(i);
    const Between down(s.row, s.last_row, spacing()), across(s.column, s.last_column, spacing());
    rectangles_.push_back({down.node, across.node, uint16_t(down.count), uint16_t(across.count), s.window, count});
    count += int64_t(down.count) * across.count;
    size_t &first = first_[size_t(s.window)], &last = last_[size_t(s.window)];
    first = std::min(first, i), last = i + 1;
    if ((i + 1) % soundings_of_batch == 0) soundings.release(i + 1 - soundings_of_batch, i + 1);
  }
  values_.assign_zeros(size_t(count) + padding);
}

void NodeProducts::find_values(const ScaledSoundings& soundings) {
  for (size_t begin = 0; begin < size(); begin += soundings_of_batch) {
    const size_t end = std::min(size(), begin + soundings_of_batch);
    parallel_ranges(int64_t(end - begin), soundings_of_task, [&](int64_t first, int64_t last) {
      std::vector<float> cells, nodes;
      for (size_t i = begin + size_t(first); i < begin + size_t(last); ++i)
        add_cells(soundings, i, rectangles_[i], spacing(), cells, nodes, &values_[size_t(rectangles_[i].first)]);
    });
    release(begin, end);
    soundings.release(begin, end);
  }
}

void NodeProducts::release(size_t first, size_t last) const {
  if (first >= last) return;
  const Rectangle& end = rectangles_[last - 1];
  const size_t begin = size_t(rectangles_[first].first);
  values_.release(begin, size_t(end.first) + end.size() - begin);
  rectangles_.release(first, last - first);
}

std::vector<float> NodeProducts::seen() const {
  std::vector<float> seen(nodes(), 0.0f);
  for (size_t i = 0; i < size(); ++i) {
    const Rectangle& r = rectangles_[i];
    for (int row = r.row; row < r.row + r.rows; ++row)
      std::fill_n(seen.begin() + int64_t(row) * columns() + r.column, r.columns, 1.0f);
    if ((i + 1) % soundings_of_batch == 0) rectangles_.release(i + 1 - soundings_of_batch, soundings_of_batch);
  }
  return seen;
}

void NodeProducts::add_coarser(size_t i, int times, float* sums) const {
  const Rectangle &from = rectangles_[i], to = from.coarser(times);
  thread_local std::vector<float> nodes;
  for (int row = 0; row < from.rows; ++row) {
    nodes.assign(to.columns, 0.0f);
    add_to_nodes({values(from, row), from.columns}, from.column, times, to.column, nodes.data());
    add_row(nodes.data(), to.columns, from.row + row, times, to.row, sums);
  }
}

void NodeProducts::spread(std::span<const float> z, std::vector<float>& images) const {
  constexpr int tasks = 32;  // at once, so that threads have enough of them
  const int bands = bands_.of_window(), together = (tasks + bands - 1) / bands;
  images.resize(size_t(windows_) * nodes() + padding);
  for (int begin = 0; begin < windows_; begin += together) {
    const int end = std::min(windows_, begin + together);
    parallel_for(int64_t(end - begin) * bands, [&](int64_t task) {
      thread_local std::vector<float> rows;
      const int window = begin + int(task / bands), band = int(task % bands);
      const int first = bands_.first_row(band), last = bands_.last_row(band);
      const size_t count = size_t(last - first + 1) * size_t(columns());
      rows.assign(count + padding, 0.0f);
      spread_band(*this, bands_.items(window, band), z, first, last, rows.data());
      std::copy_n(rows.begin(), count,
                  images.begin() + std::ptrdiff_t(size_t(window) * nodes() + size_t(first) * size_t(columns())));
    });
    for (int window = begin; window < end; ++window) release(first_[size_t(window)], last_[size_t(window)]);
  }
}

void NodeProducts::gather(const std::vector<float>& images, float factor, std::span<float> y) const {
  for (size_t begin = 0; begin < size(); begin += soundings_of_batch) {
    const size_t end = std::min(size(), begin + soundings_of_batch);
    parallel_ranges(int64_t(end - begin), soundings_of_task, [&](int64_t first, int64_t last) {
      gather_some(*this, begin + size_t(first), begin + size_t(last), images.data(), factor, y.data());
    });
    release(begin, end);
  }
}

void add_to_coarser(const float* image, const NodeGrid& grid, int times, float* coarser) {
  const NodeGrid to = grid.coarser(times);
  std::vector<float> nodes;
  for (int row = 0; row < grid.rows; ++row) {
    nodes.assign(size_t(to.columns), 0.0f);
    add_to_nodes({image + int64_t(row) * grid.columns, size_t(grid.columns)}, 0, times, 0, nodes.data());
    add_row(nodes.data(), to.columns, row, times, 0, coarser);
  }
}

void add_interpolated(const float* coarser, const NodeGrid& grid, int times, float* image) {
  const NodeGrid from = grid.coarser(times);
  std::vector<float> nodes(size_t(from.columns));
  for (int row = 0; row < grid.rows; ++row) {
    const float share = float(row % times) / float(times), *own = coarser + int64_t(row / times) * from.columns;
    for (int k = 0; k < from.columns; ++k)
      nodes[size_t(k)] = (1 - share) * own[k] + (share > 0 ? share * own[from.columns + k] : 0);
    float* to = image + int64_t(row) * grid.columns;
    for (int k = 0; k < grid.columns; ++k) {
      const float part = float(k % times) / float(times);
      const size_t node = size_t(k / times);
      to[k] += (1 - part) * nodes[node] + (part > 0 ? part * nodes[node + 1] : 0);
    }
  }
}

}  // namespace unetsr::data
