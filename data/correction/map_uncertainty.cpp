#include "data/correction/map_uncertainty.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "data/correction/map_error.hpp"

namespace unetsr::data {
namespace {

using Eigen::Matrix3d, Eigen::Vector3d;

constexpr std::array<double, 5> bin_ends = {1, 2, 3, 4, 6};  // distances of pairs, in cells
constexpr double least_pairs = 3000;
constexpr size_t pairs_looked_at = 200;  // of a bin, to average the correlation over footprints
constexpr double least_share = 0.5;      // of the typical variance

// A residual with its footprint's centre.
struct Placed {
  SoundingResidual residual;
  double row = 0, column = 0;
};

struct Pair {
  size_t area = 0, a = 0, b = 0;  // soundings
};

// Sums over pairs at about the same distance; terms are those of sigma^2, (1, SIF, SIF^2).
struct Bin {
  Matrix3d normal = Matrix3d::Zero();  // sum of terms x terms'
  Vector3d right = Vector3d::Zero();   // sum of terms x product
  double squares = 0;                  // sum of products squared
  int64_t pairs = 0, stride = 1;
  std::vector<Pair> sample;  // every stride-th pair

  void add(size_t area, const SoundingResidual& one, const SoundingResidual& other) {
    const double sif = std::sqrt(positive(one.predicted) * positive(other.predicted)),
                 product = one.residual * other.residual;
    const Vector3d terms(1, sif, sif * sif);
    normal += terms * terms.transpose(), right += terms * product, squares += product * product;
    if (pairs++ % stride == 0) sample.push_back({area, one.sounding, other.sounding});
    if (sample.size() == 2 * pairs_looked_at) {
      for (size_t k = 0; k < pairs_looked_at; ++k) sample[k] = sample[2 * k];
      sample.resize(pairs_looked_at), stride *= 2;
    }
  }
};

Placed placed(const SoundingCells& soundings, const SoundingResidual& residual) {
  Placed p{residual};
  soundings.for_cells(residual.sounding, [&](int32_t cell, float weight) {
    p.row += double(weight) * (cell / soundings.columns());
    p.column += double(weight) * (cell % soundings.columns());
  });
  return p;
}

// The covariance of the means over two footprints of an error with sigma 1.
double covariance(const SoundingCells& soundings, size_t a, size_t b, double length) {
  const int columns = soundings.columns();
  double sum = 0;
  soundings.for_cells(a, [&](int32_t cell_a, float weight_a) {
    soundings.for_cells(b, [&](int32_t cell_b, float weight_b) {
      const double down = cell_a / columns - cell_b / columns, across = cell_a % columns - cell_b % columns;
      sum += double(weight_a) * double(weight_b) * std::exp(-std::hypot(down, across) / length);
    });
  });
  return sum;
}

// Neighbouring residuals of one map.
struct RunOfMap {
  int map = 0;
  size_t first = 0, count = 0;
};

// Those of a map one after the other, in their order.
std::vector<RunOfMap> runs_by_map(StoredSpan<const SoundingResidual> residuals) {
  constexpr size_t at_once = 1 << 16;  // that are released together
  std::vector<RunOfMap> runs;
  for (size_t i = 0; i < residuals.size(); ++i) {
    if (runs.empty() || runs.back().map != residuals[i].map) runs.push_back({residuals[i].map, i, 0});
    ++runs.back().count;
    if ((i + 1) % at_once == 0) residuals.release(i + 1 - at_once, at_once);
  }
  std::stable_sort(runs.begin(), runs.end(), [](const RunOfMap& a, const RunOfMap& b) { return a.map < b.map; });
  return runs;
}

// All pairs of residuals, and how many residuals there are of how many soundings.
class Pairs {
 public:
  Pairs() : bins_(bin_ends.size()) {}

  void add(size_t area, const ResidualsOfArea& of) {
    std::vector<bool> seen(of.soundings.size());
    const std::vector<RunOfMap> runs = runs_by_map(of.residuals);
    for (size_t first = 0, last = 0; first < runs.size(); first = last) {
      while (last < runs.size() && runs[last].map == runs[first].map) ++last;
      add_map(area, of, std::span(runs).subspan(first, last - first), seen);
    }
    soundings_ += std::count(seen.begin(), seen.end(), true);
  }

  const std::vector<Bin>& bins() const { return bins_; }
  // The mean number of residuals a sounding: those of one sounding share its noise.
  double repeats() const { return residuals_ / double(soundings_); }

 private:
  void add_map(size_t area, const ResidualsOfArea& of, std::span<const RunOfMap> runs, std::vector<bool>& seen) {
    std::vector<Placed> by_rows;
    size_t least = of.soundings.size(), most = 0;
    for (const RunOfMap& run : runs) {
      for (const SoundingResidual& r : of.residuals.subspan(run.first, run.count)) {
        by_rows.push_back(placed(of.soundings, r));
        least = std::min(least, r.sounding), most = std::max(most, r.sounding);
        seen[r.sounding] = true;
      }
      of.residuals.release(run.first, run.count);
    }
    of.soundings.release(least, most + 1);
    residuals_ += double(by_rows.size());
    std::stable_sort(by_rows.begin(), by_rows.end(), [](const Placed& a, const Placed& b) { return a.row < b.row; });
    for (size_t i = 0; i < by_rows.size(); ++i)
      for (size_t j = i + 1; j < by_rows.size() && by_rows[j].row - by_rows[i].row < bin_ends.back(); ++j)
        add_pair(area, by_rows[i], by_rows[j]);
  }

  void add_pair(size_t area, const Placed& a, const Placed& b) {
    const double distance = std::hypot(a.row - b.row, a.column - b.column);
    if (distance >= bin_ends.back()) return;
    const auto bin = size_t(std::upper_bound(bin_ends.begin(), bin_ends.end(), distance) - bin_ends.begin());
    bins_[bin].add(area, a.residual, b.residual);
  }

  std::vector<Bin> bins_;
  double residuals_ = 0;
  int64_t soundings_ = 0;
};

// The expectation of a bin's products for a sigma of 1.
double expected_product(std::span<const ResidualsOfArea> areas, const Bin& bin, double length) {
  double sum = 0;
  for (const Pair& p : bin.sample) sum += covariance(areas[p.area].soundings, p.a, p.b, length);
  return bin.sample.empty() ? 0 : sum / double(bin.sample.size());
}

// Least squares with those terms that explain more than chance does, by two of its standard deviations, and with no
// negative one. `chance`: the variance of a product.
Vector3d fit_terms(const Matrix3d& normal, const Vector3d& right, double chance) {
  Vector3d best = Vector3d::Zero();
  double most_explained = 0;
  for (int chosen = 1; chosen < 8; ++chosen) {
    Matrix3d some = Matrix3d::Identity() * normal.trace();
    Vector3d wanted = Vector3d::Zero();
    double by_chance = 0;
    for (int i = 0; i < 3; ++i) {
      if (!(chosen >> i & 1)) continue;
      wanted[i] = right[i], by_chance += 4 * chance;
      for (int j = 0; j < 3; ++j)
        if (chosen >> j & 1) some(i, j) = normal(i, j);
    }
    const Eigen::FullPivLU<Matrix3d> solver(some);
    if (!solver.isInvertible()) continue;
    const Vector3d solution = solver.solve(wanted);
    const double explained = solution.dot(wanted) - by_chance;
    if (solution.minCoeff() >= 0 && explained > most_explained) best = solution, most_explained = explained;
  }
  return best;
}

}  // namespace

double MapUncertainty::variance(double sif) const {
  return constant + (linear + relative * positive(sif)) * positive(sif);
}

double ConservedUncertainty::sigma(double sif, double error_left) const {
  const double typical = corrected.variance(sif),
               step = typical_error_left < 1 ? (error_left - typical_error_left) / (1 - typical_error_left) : 0;
  return std::sqrt(typical * std::max(least_share, std::pow(std::max(1.0, uncorrected.variance(sif) / typical), step)));
}

double footprint_variance(const SoundingCells& soundings, size_t i, double length) {
  return covariance(soundings, i, i, length);
}

std::optional<MapUncertainty> fit_map_uncertainty(std::span<const ResidualsOfArea> areas, double length) {
  Pairs found;
  for (size_t a = 0; a < areas.size(); ++a) found.add(a, areas[a]);
  // Least squares of the products on their expectation for each term of sigma^2.
  Matrix3d normal = Matrix3d::Zero();
  Vector3d right = Vector3d::Zero();
  double expected_squares = 0, squares = 0, sif2 = 0, pairs = 0;
  for (const Bin& bin : found.bins()) {
    const double expected = expected_product(areas, bin, length);
    normal += expected * expected * bin.normal, right += expected * bin.right;
    expected_squares += expected * expected * bin.squares;
    squares += bin.squares, sif2 += bin.normal(0, 2), pairs += double(bin.pairs);
  }
  if (pairs < least_pairs) return std::nullopt;
  // The variance by chance of the first term's product, as if products of different soundings were independent.
  const double again = found.repeats();
  if (!(right[0] > 2 * std::sqrt(again * expected_squares))) return std::nullopt;
  const Vector3d terms = fit_terms(normal, right, again * squares / pairs);
  MapUncertainty fit{terms[0], terms[1], terms[2], length};
  // No standard deviation is below a tenth of the typical one.
  fit.constant = std::max(fit.constant, 0.01 * fit.variance(std::sqrt(sif2 / pairs)));
  return fit;
}

std::optional<MapUncertainty> fit_map_uncertainty(const SoundingCells& soundings,
                                                  StoredSpan<const SoundingResidual> residuals, double length) {
  const ResidualsOfArea all[] = {{soundings, residuals}};
  return fit_map_uncertainty(all, length);
}

}  // namespace unetsr::data
