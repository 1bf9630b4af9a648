#include "data/regression/time_series.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/dataset/missing.hpp"

namespace unetsr::data {
namespace {

constexpr int most_coefficients = 9;
constexpr double damping = 1e-3;  // of the harmonics' squares, in units of a value's

using Coefficients = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, most_coefficients, 1>;
using Normal = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, most_coefficients, most_coefficients>;

Coefficients harmonics(double day, int order) {
  Coefficients row(1 + 2 * order);
  row[0] = 1;
  for (int k = 1; k <= order; ++k) {
    const double angle = 2 * std::numbers::pi * k * day / 365.25;
    row[2 * k - 1] = std::cos(angle), row[2 * k] = std::sin(angle);
  }
  return row;
}

}  // namespace

double linear_in_time(std::span<const double> days, std::span<const float> values, size_t at) {
  size_t before = at, after = at + 1;
  while (before > 0 && std::isnan(values[before - 1])) --before;
  while (after < values.size() && std::isnan(values[after])) ++after;
  const bool is_before = before > 0, is_after = after < values.size();
  if (!is_before && !is_after) return double(missing);
  if (!is_before || !is_after) return double(values[is_before ? before - 1 : after]);
  const double share = (days[at] - days[before - 1]) / (days[after] - days[before - 1]);
  return (1 - share) * double(values[before - 1]) + share * double(values[after]);
}

double harmonic_in_time(std::span<const double> days, std::span<const float> values, size_t at, int order) {
  const auto is_known = [&](size_t i) { return i != at && !std::isnan(values[i]); };
  int known = 0;
  for (size_t i = 0; i < values.size(); ++i) known += is_known(i);
  constexpr int least = 4;
  if (known < least) return linear_in_time(days, values, at);
  order = std::min(order, (known - 2) / 2);
  const int width = 1 + 2 * order;
  Normal normal = Normal::Zero(width, width);
  normal.diagonal().tail(2 * order).setConstant(damping);
  Coefficients right = Coefficients::Zero(width);
  for (size_t i = 0; i < values.size(); ++i) {
    if (!is_known(i)) continue;
    const Coefficients row = harmonics(days[i], order);
    normal += row * row.transpose();
    right += row * double(values[i]);
  }
  const Coefficients fit = normal.ldlt().solve(right);
  return harmonics(days[at], order).dot(fit);
}

}  // namespace unetsr::data
