#include "data/map_uncertainty.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "data/map_error.hpp"

namespace unetsr::data {
namespace {

constexpr std::array<double, 5> bin_ends = {1, 2, 3, 4, 6};  // distances of pairs, in cells
constexpr int64_t least_pairs = 3000;
constexpr size_t pairs_looked_at = 200;  // of a bin, for what the correlation makes of footprints

struct Pair {
  size_t a = 0, b = 0;  // residuals
};
using Bin = std::vector<Pair>;

struct Place {
  double row = 0, column = 0;
};

Place centre(const SoundingCells& soundings, size_t i) {
  const auto cells = soundings.cells(i);
  const auto weights = soundings.weights(i);
  Place p;
  for (size_t k = 0; k < cells.size(); ++k) {
    p.row += double(weights[k]) * (cells[k] / soundings.columns());
    p.column += double(weights[k]) * (cells[k] % soundings.columns());
  }
  return p;
}

// The covariance of the means over two footprints of an error with sigma 1.
double covariance(const SoundingCells& soundings, size_t a, size_t b, double length) {
  const auto cells_a = soundings.cells(a), cells_b = soundings.cells(b);
  const auto weights_a = soundings.weights(a), weights_b = soundings.weights(b);
  const int columns = soundings.columns();
  double sum = 0;
  for (size_t k = 0; k < cells_a.size(); ++k)
    for (size_t m = 0; m < cells_b.size(); ++m) {
      const double down = cells_a[k] / columns - cells_b[m] / columns,
                   across = cells_a[k] % columns - cells_b[m] % columns;
      sum += double(weights_a[k]) * double(weights_b[m]) * std::exp(-std::hypot(down, across) / length);
    }
  return sum;
}

std::vector<Bin> pairs_by_distance(const SoundingCells& soundings, std::span<const SoundingResidual> residuals) {
  std::vector<Place> places;
  for (const SoundingResidual& r : residuals) places.push_back(centre(soundings, r.sounding));
  std::vector<size_t> order(residuals.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return places[a].row < places[b].row; });
  std::vector<Bin> bins(bin_ends.size());
  for (size_t i = 0; i < order.size(); ++i)
    for (size_t j = i + 1; j < order.size() && places[order[j]].row - places[order[i]].row < bin_ends.back(); ++j) {
      const size_t a = order[i], b = order[j];
      const double distance = std::hypot(places[a].row - places[b].row, places[a].column - places[b].column);
      if (residuals[a].map != residuals[b].map || distance >= bin_ends.back()) continue;
      const auto bin = size_t(std::upper_bound(bin_ends.begin(), bin_ends.end(), distance) - bin_ends.begin());
      bins[bin].push_back({a, b});
    }
  return bins;
}

// What each bin's products would be on the mean for a sigma of 1.
std::vector<double> expected_products(const SoundingCells& soundings, std::span<const SoundingResidual> residuals,
                                      const std::vector<Bin>& bins, double length) {
  std::vector<double> expected;
  for (const Bin& bin : bins) {
    const size_t count = std::min(pairs_looked_at, bin.size());
    double sum = 0;
    for (size_t k = 0; k < count; ++k) {
      const Pair& p = bin[k * bin.size() / count];
      sum += covariance(soundings, residuals[p.a].sounding, residuals[p.b].sounding, length);
    }
    expected.push_back(count > 0 ? sum / double(count) : 0);
  }
  return expected;
}

}  // namespace

double MapUncertainty::variance(double sif) const {
  return constant + relative * positive(sif) * positive(sif);
}

double ConservedUncertainty::sigma(double sif, double left) const {
  const double least = usual.variance(sif), step = std::max(0.0, (left - usual_left) / (1 - usual_left));
  return std::sqrt(least + step * std::max(0.0, alone.variance(sif) - least));
}

double footprint_variance(const SoundingCells& soundings, size_t i, double length) {
  return covariance(soundings, i, i, length);
}

std::optional<MapUncertainty> fit_map_uncertainty(const SoundingCells& soundings,
                                                  std::span<const SoundingResidual> residuals, double length) {
  const std::vector<Bin> bins = pairs_by_distance(soundings, residuals);
  const std::vector<double> expected = expected_products(soundings, residuals, bins, length);
  // Least squares of the products on 1 and the product of the predictions, both times what is expected.
  double n11 = 0, n12 = 0, n22 = 0, r1 = 0, r2 = 0, squares = 0;
  int64_t pairs = 0;
  for (size_t b = 0; b < bins.size(); ++b)
    for (const Pair& p : bins[b]) {
      const SoundingResidual &one = residuals[p.a], &other = residuals[p.b];
      const double x1 = expected[b], x2 = expected[b] * positive(one.predicted) * positive(other.predicted);
      const double product = one.residual * other.residual;
      n11 += x1 * x1, n12 += x1 * x2, n22 += x2 * x2, r1 += x1 * product, r2 += x2 * product;
      squares += x1 * x1 * product * product, ++pairs;
    }
  // The chance part of r1, as if products did not depend on each other.
  if (pairs < least_pairs || !(r1 > 2 * std::sqrt(squares))) return std::nullopt;
  const double determinant = n11 * n22 - n12 * n12;
  MapUncertainty fit{0, 0, length};
  if (determinant > 1e-9 * n11 * n22) {
    fit.constant = (r1 * n22 - r2 * n12) / determinant;
    fit.relative = (r2 * n11 - r1 * n12) / determinant;
  }
  if (!(determinant > 1e-9 * n11 * n22) || fit.relative < 0) fit.constant = r1 / n11, fit.relative = 0;
  if (fit.constant < 0) fit.constant = 0, fit.relative = r2 / n22;
  return fit;
}

}  // namespace unetsr::data
