#include "data/scores/ssim.hpp"

#include <array>
#include <cmath>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

constexpr int reach = 5;
constexpr double least_weight = 0.5;
using Weights = std::array<double, 2 * reach + 1>;

Weights gaussian() {
  Weights w;
  double sum = 0;
  for (int k = -reach; k <= reach; ++k) sum += w[size_t(k + reach)] = std::exp(-0.5 * k * k / (1.5 * 1.5));
  for (double& v : w) v /= sum;
  return w;
}

// Weighted sums around a cell of 1, x, y, x x, y y and x y, over the present cells.
using Sums = std::array<double, 6>;

Sums terms(double x, double y) {
  return {1, x, y, x * x, y * y, x * y};
}

// The sums are of values less `middle`.
double similarity(const Sums& s, double middle, double range) {
  const double dx = s[1] / s[0], dy = s[2] / s[0], mx = middle + dx, my = middle + dy;
  const double xx = s[3] / s[0] - dx * dx, yy = s[4] / s[0] - dy * dy, xy = s[5] / s[0] - dx * dy;
  const double c1 = std::pow(0.01 * range, 2), c2 = std::pow(0.03 * range, 2);
  return (2 * mx * my + c1) * (2 * xy + c2) / ((mx * mx + my * my + c1) * (xx + yy + c2));
}

}  // namespace

std::vector<float> ssim(std::span<const float> map, std::span<const float> target, const Mask& cells, Shape shape,
                        double range) {
  if (map.size() != target.size() || cells.size() != map.size() || int64_t(map.size()) != shape.size())
    throw ShapeError("ssim: map, target and cells are not of one size");
  const Weights weights = gaussian();
  std::vector<float> result(map.size(), missing);
  const auto there = [&](size_t i) { return cells[i] && !std::isnan(map[i]) && !std::isnan(target[i]); };
  parallel_for(int64_t(shape.n) * shape.h, [&](int64_t line) {
    const int row = int(line % shape.h);
    const size_t columns = size_t(shape.w), start = size_t(line) * columns;
    // Down the columns first, then along the row. Less a value of the row, so that squares are not far above variances.
    size_t first = 0;
    while (first < columns && !there(start + first)) ++first;
    if (first == columns) return;
    const double middle = target[start + first];
    std::vector<Sums> down(columns, Sums{});
    for (int k = -reach; k <= reach; ++k) {
      if (row + k < 0 || row + k >= shape.h) continue;
      const size_t other = start + size_t(k * shape.w);
      for (size_t j = 0; j < columns; ++j) {
        if (!there(other + j)) continue;
        const Sums t = terms(double(map[other + j]) - middle, double(target[other + j]) - middle);
        for (size_t m = 0; m < t.size(); ++m) down[j][m] += weights[size_t(k + reach)] * t[m];
      }
    }
    for (int j = int(first); j < shape.w; ++j) {
      if (!there(start + size_t(j))) continue;
      Sums sums = {};
      for (int k = -reach; k <= reach; ++k)
        if (j + k >= 0 && j + k < shape.w)
          for (size_t m = 0; m < sums.size(); ++m) sums[m] += weights[size_t(k + reach)] * down[size_t(j + k)][m];
      if (sums[0] < least_weight) continue;
      result[start + size_t(j)] = float(similarity(sums, middle, range));
    }
  });
  return result;
}

}  // namespace unetsr::data
