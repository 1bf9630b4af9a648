#include "kernels/cpu/lbp.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <vector>

#include "kernels/cpu/lbp_codes.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"
#include "kernels/reference/lbp.hpp"

namespace unetsr::kernels::cpu {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr int rows_a_task = 32;
constexpr int64_t cells_at_once = 1024;

// Labels of all codes, where codes are not their own and there are fewer of them than cells to label.
class Labels {
 public:
  Labels(const Lbp& options, int64_t cells)
      : label_(options), own_(options.variant == LbpVariant::standard || options.variant == LbpVariant::paper) {
    if (own_ || options.points > 16 || cells < int64_t(1) << options.points) return;
    table_.push_back(missing);
    for (uint32_t code = 0; code < uint32_t(1) << options.points; ++code) table_.push_back(float(label_(code)));
  }

  void write(const int* codes, int64_t count, float* y, int64_t pitch) const {
    if (pitch == 1 && own_) return write_codes(codes, count, y);
    if (pitch == 1 && !table_.empty()) return look_up_codes(&table_[1], codes, count, y);
    for (int64_t j = 0; j < count; ++j)
      y[j * pitch] = codes[j] < 0     ? missing
                     : table_.empty() ? float(label_(uint32_t(codes[j])))
                                      : table_[size_t(codes[j] + 1)];
  }

 private:
  reference::CodeLabels label_;
  bool own_;
  std::vector<float> table_;  // from code -1 on
};

// The cells that neighbours read, and how far round the centre they lie.
struct Circle {
  struct Cell {
    int row, column;
    double weight;
  };
  std::vector<std::vector<Cell>> neighbours;
  int up = 0, down = 0, left = 0, right = 0;

  explicit Circle(const Lbp& options) {
    for (const reference::Neighbour& n : reference::neighbours_of(options)) {
      std::vector<Cell>& cells = neighbours.emplace_back();
      for (int a : {0, 1})
        for (int b : {0, 1}) {
          const double weight = (a ? n.row_weight : 1 - n.row_weight) * (b ? n.column_weight : 1 - n.column_weight);
          if (weight != 0) cells.push_back({n.row + a, n.column + b, weight});
        }
      for (const Cell& cell : cells) {
        up = std::max(up, -cell.row), down = std::max(down, cell.row);
        left = std::max(left, -cell.column), right = std::max(right, cell.column);
      }
    }
  }

  // The same in memory whose rows lie `pitch` apart.
  LbpCircle in_memory(int64_t pitch) const {
    LbpCircle circle;
    std::vector<int64_t>& offsets = circle.offsets;
    for (const std::vector<Cell>& cells : neighbours) {
      LbpCircle::Neighbour& n = circle.neighbours.emplace_back();
      for (const Cell& cell : cells) {
        const int64_t offset = cell.row * pitch + cell.column;
        const auto place = std::find(offsets.begin(), offsets.end(), offset);
        n.cell[n.cells] = int(place - offsets.begin()), n.weight[n.cells++] = cell.weight;
        if (place == offsets.end()) offsets.push_back(offset);
      }
    }
    return circle;
  }
};

// Cells left .. right of row `i` of one channel; `centre` is the first one's value, with those round it in memory.
struct Run {
  int n, c, i, left, right;
  const float* centre;
};

void fill_missing(View<float> y, int n, int c, int i, int left, int right) {
  for (int j = left; j < right; ++j) y(n, i, j, c) = missing;
}

void write_run(const LbpCircle& circle, bool paper, const Labels& labels, const Run& run, View<float> y) {
  const bool adjacent =
      circle.neighbours.size() == 8 && std::ranges::all_of(circle.neighbours, [](auto& n) { return n.cells == 1; });
  int codes[cells_at_once];
  for (int64_t j = run.left; j < run.right; j += cells_at_once) {
    const int64_t count = std::min(cells_at_once, run.right - j);
    const float* centre = run.centre + (j - run.left);
    if (adjacent) {
      eight_neighbour_codes(circle, paper, centre, count, codes);
    } else {
      circle_codes(circle, centre, count, codes);
    }
    labels.write(codes, count, y.pixel(run.n, run.i, int(j)) + run.c, y.pitch);
  }
}

// Calls band(n, c, begin, end) for some rows of each channel of each image.
template <class Band>
void for_each_band(Shape s, Band band) {
  const int64_t bands = (s.h + rows_a_task - 1) / rows_a_task;
  parallel_for(int64_t(s.n) * s.c * bands, [&](int64_t task) {
    const int begin = int(task % bands) * rows_a_task;
    band(int(task / bands / s.c), int(task / bands % s.c), begin, std::min(s.h, begin + rows_a_task));
  });
}

// The cells of some rows of one channel side by side: x itself where they lie so, else a copy.
const float* rows_of_channel(View<const float> x, int n, int c, int begin, int end) {
  const float* from = x.pixel(n, begin, 0) + c;
  if (x.pitch == 1) return from;
  const int64_t count = int64_t(end - begin) * x.w;
  float* const copy = scratch(ScratchSlot::image, size_t(count));
  for (int64_t i = 0; i < count; ++i) copy[i] = from[i * x.pitch];
  return copy;
}

// Cells so near an edge that a neighbour lies outside are missing.
void write_circle_codes(const Lbp& options, View<const float> x, View<float> y) {
  const Circle circle(options);
  const LbpCircle in_memory = circle.in_memory(x.w);
  const Labels labels(options, x.size());
  const int left = std::min(circle.left, x.w), right = std::max(left, x.w - circle.right);
  for_each_band(x.shape(), [&](int n, int c, int begin, int end) {
    const int above = std::max(0, begin - circle.up), below = std::min(x.h, end + circle.down);
    const float* rows = rows_of_channel(x, n, c, above, below);
    for (int i = begin; i < end; ++i) {
      const bool inside = i >= circle.up && i < x.h - circle.down;
      fill_missing(y, n, c, i, 0, inside ? left : x.w);
      if (!inside) continue;
      write_run(in_memory, false, labels, {n, c, i, left, right, rows + int64_t(i - above) * x.w + left}, y);
      fill_missing(y, n, c, i, right, x.w);
    }
  });
}

struct Range {
  float low = std::numeric_limits<float>::infinity(), high = -low;
};

// Of each channel of each image.
std::vector<Range> ranges_of(View<const float> x) {
  std::vector<Range> ranges(size_t(x.n) * size_t(x.c));
  std::mutex mutex;
  for_each_band(x.shape(), [&](int n, int c, int begin, int end) {
    Range own;
    widen_range(rows_of_channel(x, n, c, begin, end), int64_t(end - begin) * x.w, own.low, own.high);
    std::lock_guard lock(mutex);
    Range& range = ranges[size_t(n) * size_t(x.c) + size_t(c)];
    range.low = std::min(range.low, own.low), range.high = std::max(range.high, own.high);
  });
  return ranges;
}

// On a stretched copy with a border of -1, which is never the greater.
void write_paper_codes(const Lbp& options, View<const float> x, View<float> y) {
  const int64_t pitch = x.w + 2;
  const LbpCircle circle = Circle(options).in_memory(pitch);
  const Labels labels(options, x.size());
  const std::vector<Range> ranges = ranges_of(x);
  for_each_band(x.shape(), [&](int n, int c, int begin, int end) {
    const Range range = ranges[size_t(n) * size_t(x.c) + size_t(c)];
    const int above = std::max(0, begin - 1), below = std::min(x.h, end + 1);
    const float* rows = rows_of_channel(x, n, c, above, below);
    const size_t size = size_t(end - begin + 2) * size_t(pitch);
    float* const plane = scratch(ScratchSlot::products, size);
    std::fill_n(plane, size, -1.0f);
    const auto row_of_plane = [&](int i) { return plane + (i - begin + 1) * pitch + 1; };
    for (int i = above; i < below; ++i)
      stretch(rows + int64_t(i - above) * x.w, range.low, range.high, x.w, row_of_plane(i));
    for (int i = begin; i < end; ++i) write_run(circle, true, labels, {n, c, i, 0, x.w, row_of_plane(i)}, y);
  });
}

}  // namespace

void lbp(const Lbp& options, View<const float> x, View<float> y) {
  (options.variant == LbpVariant::paper ? write_paper_codes : write_circle_codes)(options, x, y);
}

}  // namespace unetsr::kernels::cpu
