#include "kernels/cpu/lbp.hpp"

#include <array>
#include <limits>
#include <vector>

#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"
#include "kernels/reference/lbp.hpp"

namespace unetsr::kernels::cpu {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// One channel of one image with a border of one cell.
struct PaddedPlane {
  int64_t pitch;
  std::vector<float> values;

  PaddedPlane(int rows, int columns, float border)
      : pitch(columns + 2), values(size_t(rows + 2) * size_t(columns + 2), border) {}
  float* row(int i) { return values.data() + (i + 1) * pitch + 1; }
};

using Rows = std::array<const float*, 8>;  // each neighbour's row, shifted so that it lies under the centre's

// -1 where a value is missing.
template <bool strictly>
[[gnu::always_inline]] inline void compare(const Rows& neighbours, const float* __restrict centre, int count,
                                           int* __restrict codes) {
  const Rows rows = neighbours;
  for (int j = 0; j < count; ++j) {
    const float value = centre[j];
    int code = 0, any_missing = value != value;
    for (int p = 0; p < 8; ++p) {
      const float other = rows[size_t(p)][j];
      code |= (strictly ? other > value : other >= value) << p;
      any_missing |= other != other;
    }
    codes[j] = any_missing ? -1 : code;
  }
}

UNETSR_CLONES void at_least_codes(const Rows& neighbours, const float* centre, int count, int* codes) {
  compare<false>(neighbours, centre, count, codes);
}

UNETSR_CLONES void greater_codes(const Rows& neighbours, const float* centre, int count, int* codes) {
  compare<true>(neighbours, centre, count, codes);
}

void adjacent_neighbours(const Lbp& options, View<const float> x, View<float> y, int n, int c) {
  const bool paper = options.variant == LbpVariant::paper;
  const std::vector<reference::Neighbour> neighbours = reference::neighbours_of(options);
  const reference::CodeLabels label(options);
  std::array<float, 256> labels;
  for (uint32_t code = 0; code < 256; ++code) labels[code] = float(label(code));

  PaddedPlane plane(x.h, x.w, paper ? -1.0f : missing);  // -1 is never the greater
  if (paper) {
    const reference::Stretch stretch(x, n, c);
    parallel_ranges(x.h, 64, [&](int64_t begin, int64_t end) {
      for (int i = int(begin); i < end; ++i)
        for (int j = 0; j < x.w; ++j) plane.row(i)[j] = stretch(x(n, i, j, c));
    });
  } else {
    for (int i = 0; i < x.h; ++i)
      for (int j = 0; j < x.w; ++j) plane.row(i)[j] = x(n, i, j, c);
  }
  parallel_ranges(x.h, 64, [&](int64_t begin, int64_t end) {
    std::vector<int> codes(size_t(x.w));
    for (int i = int(begin); i < end; ++i) {
      Rows rows;
      for (size_t p = 0; p < 8; ++p) rows[p] = plane.row(i + neighbours[p].row) + neighbours[p].column;
      (paper ? greater_codes : at_least_codes)(rows, plane.row(i), x.w, codes.data());
      for (int j = 0; j < x.w; ++j) {
        const int code = codes[size_t(j)];
        y(n, i, j, c) = code < 0 ? missing : labels[size_t(code)];
      }
    }
  });
}

void circle(const Lbp& options, View<const float> x, View<float> y) {
  const std::vector<reference::Neighbour> neighbours = reference::neighbours_of(options);
  const reference::CodeLabels label(options);
  parallel_for(int64_t(x.n) * x.h, [&](int64_t row) {
    const int n = int(row / x.h), i = int(row % x.h);
    for (int j = 0; j < x.w; ++j)
      for (int c = 0; c < x.c; ++c) {
        const auto code = reference::circle_code(neighbours, x, n, i, j, c);
        y(n, i, j, c) = code ? float(label(*code)) : missing;
      }
  });
}

}  // namespace

void lbp(const Lbp& options, View<const float> x, View<float> y) {
  if (options.points != 8 || options.radius != 1) return circle(options, x, y);
  for (int n = 0; n < x.n; ++n)
    for (int c = 0; c < x.c; ++c) adjacent_neighbours(options, x, y, n, c);
}

}  // namespace unetsr::kernels::cpu
