#include "data/correction/spatial_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

constexpr double length_of_unit = 2.1461932206205825;  // (1 + x) exp(-x) = 1/e
constexpr int strip = 32;                              // lines at once

// m(n) a step at a time: the sums over the cells passed of a^n x and of n a^n x give that of (1 + n / s) a^n x.
template <class Number>
struct Recursion {
  explicit Recursion(double length)
      : a(Number(std::exp(-length_of_unit / length))), per_cell(Number(length_of_unit / length)) {}
  Number a, per_cell;
};

// A strip of lines that lie side by side, cell i of line k at [i * strip + k]: from -> to; they differ.
template <class Number>
[[gnu::always_inline]] inline void correlate_strip(const Number* __restrict from, Number* __restrict to, int size,
                                                   Recursion<Number> r) {
  Number sum[strip] = {}, moment[strip] = {};
  for (int i = 0; i < size; ++i) {
    const Number* x = from + int64_t(i) * strip;
    Number* y = to + int64_t(i) * strip;
    for (int k = 0; k < strip; ++k) {
      moment[k] = r.a * (moment[k] + sum[k]);
      sum[k] = x[k] + r.a * sum[k];
      y[k] = sum[k] + r.per_cell * moment[k];
    }
  }
  for (int k = 0; k < strip; ++k) sum[k] = moment[k] = 0;
  for (int i = size - 1; i >= 0; --i) {
    const Number* x = from + int64_t(i) * strip;
    Number* y = to + int64_t(i) * strip;
    for (int k = 0; k < strip; ++k) {
      moment[k] = r.a * (moment[k] + sum[k]);
      sum[k] = x[k] + r.a * sum[k];
      y[k] += sum[k] + r.per_cell * moment[k] - x[k];  // itself counts once
    }
  }
}

UNETSR_CLONES void correlate_lines(const float* from, float* to, int size, Recursion<float> r) {
  correlate_strip(from, to, size, r);
}
UNETSR_CLONES void correlate_lines(const double* from, double* to, int size, Recursion<double> r) {
  correlate_strip(from, to, size, r);
}

// Rows -> lines side by side, and back; missing lines are 0.
template <class Number>
void turn(const Number* rows, int count, int columns, Number* lines) {
  for (int j = 0; j < columns; ++j)
    for (int k = 0; k < strip; ++k) lines[int64_t(j) * strip + k] = k < count ? rows[int64_t(k) * columns + j] : 0;
}
template <class Number>
void turn_back(const Number* lines, int count, int columns, Number* rows) {
  for (int k = 0; k < count; ++k)
    for (int j = 0; j < columns; ++j) rows[int64_t(k) * columns + j] = lines[int64_t(j) * strip + k];
}

// Of a strip's cells of row i: values = before + sum of weight x lines, times scale.
template <class Number>
[[gnu::always_inline]] inline void finish_strip(const typename SpatialCorrelation<Number>::Sum& sum,
                                                const Number* lines, int rows, int64_t columns, int64_t first,
                                                int count) {
  const size_t size = size_t(rows) * strip;
  for (int i = 0; i < rows; ++i) {
    const int64_t at = i * columns + first;
    Number values[strip] = {};
    if (sum.before) std::copy_n(sum.before + at, count, values);
    for (size_t p = 0; p < sum.weights.size(); ++p) {
      const Number weight = Number(sum.weights[p]), *own = lines + size * p + size_t(i) * strip;
      if (weight == 0) continue;
      for (int k = 0; k < strip; ++k) values[k] += weight * own[k];
    }
    if (sum.scale) {
      float scale[strip] = {};
      std::copy_n(sum.scale + at, count, scale);
      for (int k = 0; k < strip; ++k) values[k] = scale[k] > 0 ? Number(scale[k]) * values[k] : 0;
    }
    std::copy_n(values, count, sum.image + at);
  }
}

UNETSR_CLONES void finish_lines(const SpatialCorrelation<float>::Sum& sum, const float* lines, int rows,
                                int64_t columns, int64_t first, int count) {
  finish_strip<float>(sum, lines, rows, columns, first, count);
}
UNETSR_CLONES void finish_lines(const SpatialCorrelation<double>::Sum& sum, const double* lines, int rows,
                                int64_t columns, int64_t first, int count) {
  finish_strip<double>(sum, lines, rows, columns, first, count);
}

// Scratch of a thread, kept between calls.
template <class Number>
Number* scratch(int which, size_t size) {
  thread_local std::vector<Number> buffers[3];
  std::vector<Number>& own = buffers[which];
  if (own.size() < size) own.resize(size);
  return own.data();
}

}  // namespace

template <class Number>
SpatialCorrelation<Number>::SpatialCorrelation(int rows, int columns, std::vector<double> lengths)
    : rows_(rows), columns_(columns), lengths_(std::move(lengths)), along_rows_(lengths_.size()) {}

template <class Number>
void SpatialCorrelation<Number>::along_rows(const Number* image) {
  for (std::vector<Number>& own : along_rows_) own.resize(size_t(rows_) * size_t(columns_));
  parallel_ranges(rows_, strip, [&](int64_t first, int64_t last) {
    const size_t size = size_t(columns_) * strip;
    Number *from = scratch<Number>(0, size), *to = scratch<Number>(1, size);
    turn(image + first * columns_, int(last - first), columns_, from);
    for (size_t p = 0; p < lengths_.size(); ++p) {
      correlate_lines(from, to, columns_, Recursion<Number>(lengths_[p]));
      turn_back(to, int(last - first), columns_, &along_rows_[p][size_t(first * columns_)]);
    }
  });
}

template <class Number>
void SpatialCorrelation<Number>::along_columns(std::span<const Sum> sums) const {
  parallel_ranges(columns_, strip, [&](int64_t first, int64_t last) {
    const size_t size = size_t(rows_) * strip, count = size_t(last - first);
    Number *from = scratch<Number>(0, size), *to = scratch<Number>(1, size * lengths_.size());
    for (size_t p = 0; p < lengths_.size(); ++p) {
      for (int i = 0; i < rows_; ++i) {
        const Number* own = &along_rows_[p][size_t(int64_t(i) * columns_ + first)];
        for (size_t k = 0; k < strip; ++k) from[size_t(i) * strip + k] = k < count ? own[k] : 0;
      }
      correlate_lines(from, to + size * p, rows_, Recursion<Number>(lengths_[p]));
    }
    for (const Sum& sum : sums) finish_lines(sum, to, rows_, columns_, first, int(count));
  });
}

template class SpatialCorrelation<float>;
template class SpatialCorrelation<double>;

double spatial_correlation(double cells, double length) {
  const double x = length_of_unit * std::abs(cells) / length;
  return (1 + x) * std::exp(-x);
}

void correlate(std::span<double> image, int rows, int columns, double length) {
  SpatialCorrelation<double> correlation(rows, columns, {length});
  correlation.along_rows(image.data());
  const SpatialCorrelation<double>::Sum sum{{1}, image.data(), nullptr, nullptr};
  correlation.along_columns({&sum, 1});
}

}  // namespace unetsr::data
