#include "data/scores/window_variance.hpp"

#include <algorithm>
#include <cmath>

namespace unetsr::data {
namespace {

constexpr double wanted_freedom = 7;

// The summed products of the weights of blocks at each distance, down and across.
std::vector<double> products_by_distance(int rows, int columns, std::span<const double> weights) {
  std::vector<int> chosen;
  for (size_t b = 0; b < weights.size(); ++b)
    if (weights[b] > 0) chosen.push_back(int(b));
  std::vector<double> products(size_t(rows) * size_t(columns), 0.0);
  for (const int a : chosen)
    for (const int b : chosen)
      products[size_t(std::abs(a / columns - b / columns) * columns + std::abs(a % columns - b % columns))] +=
          weights[size_t(a)] * weights[size_t(b)];
  return products;
}

// The share of windows of a side that hold both of two blocks, of those that hold one.
double shared(int down, int across, int side) {
  return std::max(0.0, 1 - double(down) / side) * std::max(0.0, 1 - double(across) / side);
}

struct Freedom {
  double kept = 0, degrees = 0;
};

// Of the estimate 2 V(b) - V(b / 2), which that of the header equals where V grows little: the weight that it gives to
// the product of two influences depends on their distance alone.
Freedom freedom_of(const std::vector<double>& products, int columns, int side) {
  double all = 0, weighted = 0, squares = 0;
  for (size_t i = 0; i < products.size(); ++i) {
    const int down = int(i) / columns, across = int(i) % columns;
    const double weight = 2 * shared(down, across, side) - shared(down, across, side / 2);
    all += products[i], weighted += weight * products[i], squares += weight * weight * products[i];
  }
  if (!(all > 0)) return {};
  const double kept = 1 - weighted / all;
  return {kept, kept > 0 ? kept * kept / (squares / all) : 0};
}

// Abramowitz and Stegun 26.7.5; off by less than 0.1 % from 5 degrees of freedom on.
double student_quantile(double freedom) {
  constexpr double z = 1.959963984540054, z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;
  return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom) +
         (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom * freedom * freedom);
}

}  // namespace

WindowVariance::WindowVariance(const PlaceBlocks& blocks, std::span<const double> weights)
    : rows_(blocks.down()), columns_(blocks.across()) {
  const std::vector<double> products = products_by_distance(rows_, columns_, weights);
  for (int side = 2; side <= std::max(rows_, columns_); side += 2) {
    const Freedom found = freedom_of(products, columns_, side);
    if (side > 2 && found.degrees < wanted_freedom) break;
    side_ = side, freedom_ = found.degrees, kept_ = found.kept;
  }
}

// `sums`: of the influences above and left of each corner of a block.
double WindowVariance::windows(const std::vector<double>& sums, int side) const {
  const auto corner = [&](int row, int column) {
    return sums[size_t(std::clamp(row, 0, rows_)) * size_t(columns_ + 1) + size_t(std::clamp(column, 0, columns_))];
  };
  double squares = 0;
  for (int r = 1 - side; r < rows_; ++r)
    for (int c = 1 - side; c < columns_; ++c)
      squares += std::pow(corner(r + side, c + side) - corner(r, c + side) - corner(r + side, c) + corner(r, c), 2);
  return squares / (double(side) * side);
}

WindowVariance::Variance WindowVariance::of(std::span<const double> influences) const {
  std::vector<double> sums(size_t(rows_ + 1) * size_t(columns_ + 1), 0.0);
  for (int r = 0; r < rows_; ++r) {
    double row = 0;
    for (int c = 0; c < columns_; ++c) {
      row += influences[size_t(r) * size_t(columns_) + size_t(c)];
      sums[size_t(r + 1) * size_t(columns_ + 1) + size_t(c + 1)] =
          sums[size_t(r) * size_t(columns_ + 1) + size_t(c + 1)] + row;
    }
  }
  const auto count = std::count_if(influences.begin(), influences.end(), [](double u) { return u != 0; });
  const double wide = windows(sums, side_), half = windows(sums, side_ / 2);
  if (!(half > 0)) return {0, freedom_, false};
  const int quarter = std::max(side_ / 4, 1);
  const double to_fourfold = std::log(4) / std::log(double(side_) / quarter);
  const double growth = std::pow(wide / windows(sums, quarter), to_fourfold);
  return {wide * wide / half / kept_, std::min(freedom_, double(count - 1)), growth > most_growth};
}

std::optional<Interval> interval_about(double value, const WindowVariance::Variance& variance) {
  if (!std::isfinite(value) || !std::isfinite(variance.value) || variance.freedom < WindowVariance::least_freedom)
    return {};
  const double half = student_quantile(variance.freedom) * std::sqrt(variance.value);
  return Interval{value - half, value + half, variance.too_small};
}

}  // namespace unetsr::data
