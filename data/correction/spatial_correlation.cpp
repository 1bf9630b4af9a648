#include "data/correction/spatial_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

constexpr double length_of_unit = 2.1461932206205825;  // (1 + x) exp(-x) = 1/e

// m(n) a step at a time: the sums over the cells passed of a^n x and of n a^n x give that of (1 + n / s) a^n x.
struct Recursion {
  double a, per_cell;

  void step(double x, double& sum, double& moment) const {
    moment = a * (moment + sum);
    sum = x + a * sum;
  }
  double value(double sum, double moment) const { return sum + per_cell * moment; }
};

// `count` neighbouring lines of `size` cells at once; cells of a line lie `along` apart, lines `across`.
void correlate_lines(double* image, int size, int64_t along, int count, int64_t across, const Recursion& r,
                     std::vector<double>& original) {
  original.resize(size_t(size) * size_t(count));
  std::vector<double> sum(size_t(count), 0.0), moment(sum);
  for (int i = 0; i < size; ++i)
    for (int k = 0; k < count; ++k) {
      double& cell = image[i * along + k * across];
      original[size_t(i) * size_t(count) + size_t(k)] = cell;
      r.step(cell, sum[size_t(k)], moment[size_t(k)]);
      cell = r.value(sum[size_t(k)], moment[size_t(k)]);
    }
  std::fill(sum.begin(), sum.end(), 0.0), std::fill(moment.begin(), moment.end(), 0.0);
  for (int i = size - 1; i >= 0; --i)
    for (int k = 0; k < count; ++k) {
      const double own = original[size_t(i) * size_t(count) + size_t(k)];
      r.step(own, sum[size_t(k)], moment[size_t(k)]);
      image[i * along + k * across] += r.value(sum[size_t(k)], moment[size_t(k)]) - own;  // itself counts once
    }
}

}  // namespace

void correlate(std::span<double> image, int rows, int columns, double length) {
  const double a = std::exp(-length_of_unit / length);
  const Recursion r{a, length_of_unit / length};
  constexpr int64_t strip = 32;
  parallel_ranges(rows, strip, [&](int64_t first, int64_t last) {
    std::vector<double> original;
    for (int64_t i = first; i < last; ++i) correlate_lines(&image[size_t(i * columns)], columns, 1, 1, 0, r, original);
  });
  parallel_ranges(columns, strip, [&](int64_t first, int64_t last) {
    std::vector<double> original;
    correlate_lines(&image[size_t(first)], rows, columns, int(last - first), 1, r, original);
  });
}

}  // namespace unetsr::data
