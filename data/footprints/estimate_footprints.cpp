#include "data/footprints/estimate_footprints.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "data/footprints/response.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

using Eigen::Matrix2d;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

constexpr int block_side = 32;               // cells
constexpr size_t most_for_width = 60000;     // soundings: more do not narrow one parameter much
constexpr double farthest = 5, typical = 2;  // km, of displacements
constexpr double negligible = 0.1;           // km, of what all orbits have in common
constexpr double narrowest = 0.5, widest = 3;
constexpr double box_like = 0.9;  // a soft response of this width has the variance of the box across the track
constexpr double confident = 3;   // standard errors

constexpr size_t chunk = 1024, read_at_once = 64 * chunk;  // soundings

// One sounding beside the model, in units of its error.
struct Row {
  bool used = false;
  double residual = 0, east = 0, north = 0, by_width = 0;
};

// Sums over soundings of the products of their means of the predictors, and of the derivative by the width.
struct Normal {
  MatrixXd matrix;
  VectorXd right;
  std::map<int64_t, VectorXd> rights;  // of squares of cells: `right` is their sum

  void add(const Normal& other) {
    matrix += other.matrix, right += other.right;
    for (const auto& [block, own] : other.rights)
      rights.try_emplace(block, VectorXd::Zero(own.size())).first->second += own;
  }
};

std::vector<OrbitDisplacement> orbits_of_areas(std::span<const AreaOfFootprints> areas) {
  std::vector<double> times;
  for (const AreaOfFootprints& area : areas)
    for (size_t first = 0; first < area.places.time.size(); first += read_at_once) {
      const size_t count = std::min(read_at_once, area.places.time.size() - first);
      const std::span<const double> some = area.places.time.subspan(first, count);
      times.insert(times.end(), some.begin(), some.end());
      area.places.time.release(first, count);
    }
  return orbits_of(times);
}

class Model {
 public:
  Model(std::span<const AreaOfFootprints> areas, double shielding)
      : areas_(areas),
        shielding_(shielding),
        orbits_(orbits_of_areas(areas)),
        combination_(VectorXd::Zero(areas.front().predictors.count)) {
    for (size_t a = 0; a < areas.size(); ++a) {
      const AreaOfFootprints& area = areas[a];
      placers_.emplace_back(area.grid);
      const size_t before = used_.size();
      for (size_t i = 0; i < area.delivered.size(); ++i)
        if (area.chosen[i] && area.delivered[i].error > 0) used_.push_back({uint32_t(a), uint32_t(i)});
      for (size_t first = before; first < used_.size(); first += read_at_once) {
        const size_t last = std::min(used_.size(), first + read_at_once);
        for (size_t k = first; k < last; ++k)
          orbit_.push_back(orbit_at(orbits_, area.places.time[size_t(area.delivered[used_[k].sounding].index)]));
        release(first, last);
      }
    }
  }

  size_t size() const { return used_.size(); }
  int orbit(size_t k) const { return orbit_[k]; }
  std::vector<OrbitDisplacement>& orbits() { return orbits_; }
  VectorXd& combination() { return combination_; }
  int count() const { return int(combination_.size()); }

  // A square of cells of an area that the sounding lies in; the same in all windows.
  int64_t block(size_t k) const {
    const auto [a, i] = used_[k];
    const SoundingCells& delivered = areas_[a].delivered;
    const SoundingCells::Sounding& s = delivered[i];
    return (int64_t(a) << 40) + int64_t((s.row + s.last_row) / 2 / block_side) * delivered.columns() +
           (s.column + s.last_column) / 2 / block_side;
  }

  // Every `stride`-th sounding beside the model.
  std::vector<Row> rows(std::optional<double> width, size_t stride, Normal& normal) const {
    const size_t chosen = (size() + stride - 1) / stride;
    std::vector<Row> rows(chosen);
    normal = no_sums();
    for (size_t first = 0; first < chosen; first += read_at_once) {
      const size_t last = std::min(chosen, first + read_at_once);
      add_rows(first, last, width, stride, rows, normal);
      release(first * stride, std::min(size(), last * stride));
    }
    return rows;
  }

  // What was read of used soundings first .. last - 1.
  void release(size_t first, size_t last) const {
    while (first < last) {
      const AreaOfFootprints& area = areas_[used_[first].area];
      size_t end = first;
      while (end < last && used_[end].area == used_[first].area) ++end;
      const size_t from = used_[first].sounding, to = used_[end - 1].sounding + 1;
      const SoundingCells::Sounding &one = area.delivered[from], &other = area.delivered[to - 1];
      const size_t index = size_t(one.index), count = size_t(other.index) + 1 - index;
      const size_t window = size_t(area.delivered.cells_of_window()) * size_t(area.predictors.count);
      const auto [low, high] = std::minmax({size_t(one.window), size_t(other.window)});
      area.predictors.values.release(low * window, (high + 1 - low) * window);
      area.places.time.release(index, count);
      area.places.longitudes.release(index, count), area.places.latitudes.release(index, count);
      area.delivered.release(from, to);
      first = end;
    }
  }

 private:
  Normal no_sums() const {
    const int n = count() + 1;
    return {MatrixXd::Zero(n, n), VectorXd::Zero(n), {}};
  }

  // Sums of chunks, added in their order.
  void add_rows(size_t first, size_t last, std::optional<double> width, size_t stride, std::vector<Row>& rows,
                Normal& normal) const {
    std::vector<Normal> sums((last - first + chunk - 1) / chunk);
    parallel_for(int64_t(sums.size()), [&](int64_t c) {
      Normal& sum = sums[size_t(c)];
      sum = no_sums();
      VectorXd line(count() + 1);
      std::vector<ResponseShare> shares;
      const size_t begin = first + size_t(c) * chunk;
      for (size_t k = begin; k < std::min(last, begin + chunk); ++k) {
        rows[k] = row(k * stride, width, shares, line);
        if (!rows[k].used) continue;
        sum.matrix.noalias() += line * line.transpose();
        sum.right.noalias() += rows[k].residual * line;
        sum.rights.try_emplace(block(k * stride), VectorXd::Zero(line.size())).first->second += rows[k].residual * line;
      }
    });
    for (const Normal& sum : sums) normal.add(sum);
  }

  // `line`: the means of the predictors and the derivative by the width.
  Row row(size_t k, std::optional<double> width, std::vector<ResponseShare>& shares, VectorXd& line) const {
    const auto [a, i] = used_[k];
    const auto& [grid, places, delivered, chosen, predictors] = areas_[a];
    const SoundingCells::Sounding& s = delivered[i];
    const size_t index = size_t(s.index);
    const EastNorth d = orbit_[k] < 0 ? EastNorth{} : orbits_[size_t(orbit_[k])].displacement;
    Row row;
    if (!placers_[a].place({places.longitudes[index], places.latitudes[index]}, d, width, shares, true)) return row;
    const int n = count();
    const float* window = predictors.values.span().data() + int64_t(s.window) * delivered.cells_of_window() * n;
    double share = 0, whole = 0, east = 0, north = 0, by_width = 0;      // of the shares
    double value_east = 0, value_north = 0, value_width = 0, value = 0;  // of the combination
    line.setZero();
    for (const ResponseShare& r : shares) {
      const float* at = window + r.cell * n;
      whole += r.share;
      double combined = 0;
      bool present = true;
      for (int p = 0; p < n; ++p) present = present && !std::isnan(at[p]), combined += combination_[p] * double(at[p]);
      if (!present) continue;
      for (int p = 0; p < n; ++p) line[p] += r.share * double(at[p]);
      share += r.share, east += r.by_east, north += r.by_north, by_width += r.by_width;
      value += r.share * combined;
      value_east += r.by_east * combined, value_north += r.by_north * combined, value_width += r.by_width * combined;
    }
    if (!(share >= SoundingCells::least_present * whole) || !(whole >= 0.5 * double(s.area))) return row;
    const double clear = delivered.clear_share(i, shielding_), error = double(s.error) / clear;
    const double mean = value / share, scale = 1 / (share * error);
    line *= scale;
    row.used = true;
    row.residual = (double(s.sif) / clear - mean) / error;
    row.east = scale * (value_east - mean * east), row.north = scale * (value_north - mean * north);
    row.by_width = scale * (value_width - mean * by_width);
    line[n] = row.by_width;
    return row;
  }

  struct Used {
    uint32_t area = 0, sounding = 0;
  };

  std::span<const AreaOfFootprints> areas_;
  double shielding_;
  std::vector<ResponsePlacer> placers_;  // of the areas
  std::vector<OrbitDisplacement> orbits_;
  VectorXd combination_;
  std::vector<Used> used_;
  std::vector<int> orbit_;
};

// The inverse of the matrix's first rows and columns, times `right`, with a ridge that only keeps what the soundings do
// not determine small.
VectorXd inverse_times(const Normal& normal, const VectorXd& right) {
  const Eigen::Index n = right.size();
  const VectorXd scale = normal.matrix.diagonal().head(n).array().max(1e-30).rsqrt();
  MatrixXd scaled = scale.asDiagonal() * normal.matrix.topLeftCorner(n, n) * scale.asDiagonal();
  scaled.diagonal().array() += 1e-6;
  return scale.asDiagonal() * scaled.ldlt().solve(scale.asDiagonal() * right);
}

// Least squares. The last unknown is the width.
VectorXd solve(const Normal& normal, bool with_width) {
  const Eigen::Index n = normal.right.size() - (with_width ? 0 : 1);
  VectorXd solution = VectorXd::Zero(normal.right.size());
  solution.head(n) = inverse_times(normal, normal.right.head(n));
  return solution;
}

// Of an orbit, by least squares alone: the estimate and its covariance.
struct OrbitFit {
  Matrix2d information = Matrix2d::Zero(), covariance = Matrix2d::Zero();
  Vector2d score = Vector2d::Zero(), estimate = Vector2d::Zero();
  std::map<int64_t, Vector2d> scores;  // of squares of cells
  bool determined = false;
};

std::vector<OrbitFit> orbit_fits(Model& model, const std::vector<Row>& rows) {
  std::vector<OrbitFit> fits(model.orbits().size());
  const auto add = [&](size_t k) {
    if (!rows[k].used || model.orbit(k) < 0) return;
    OrbitFit& fit = fits[size_t(model.orbit(k))];
    const Vector2d slope(rows[k].east, rows[k].north);
    fit.information += slope * slope.transpose();
    fit.scores.try_emplace(model.block(k), Vector2d::Zero()).first->second += slope * rows[k].residual;
  };
  for (size_t first = 0; first < rows.size(); first += read_at_once) {
    const size_t last = std::min(rows.size(), first + read_at_once);
    for (size_t k = first; k < last; ++k) add(k);
    model.release(first, last);
  }
  for (size_t o = 0; o < fits.size(); ++o) {
    OrbitFit& fit = fits[o];
    Matrix2d spread = Matrix2d::Zero();
    for (const auto& [block, score] : fit.scores) fit.score += score, spread += score * score.transpose();
    if (fit.scores.size() < 4 || !(fit.information.determinant() > 0)) continue;
    const double blocks = double(fit.scores.size());
    spread -= fit.score * fit.score.transpose() / blocks;
    const Matrix2d of_noise = fit.information.inverse();  // by the stated errors, if the model were exact
    fit.covariance = of_noise * spread * of_noise * blocks / (blocks - 1);
    if (fit.covariance.trace() < of_noise.trace()) fit.covariance = of_noise;
    const EastNorth d = model.orbits()[o].displacement;
    fit.estimate = Vector2d(d.east, d.north) + of_noise * fit.score;
    fit.determined = fit.covariance.trace() < 2 * farthest * farthest;
  }
  return fits;
}

double log_likelihood(const std::vector<OrbitFit>& fits, double variance) {
  Matrix2d weights = Matrix2d::Zero();
  Vector2d weighted = Vector2d::Zero();
  for (const OrbitFit& fit : fits)
    if (fit.determined) {
      const Matrix2d inverse = (fit.covariance + variance * Matrix2d::Identity()).inverse();
      weights += inverse, weighted += inverse * fit.estimate;
    }
  const Vector2d mean = weights.determinant() > 0 ? Vector2d(weights.inverse() * weighted) : Vector2d::Zero();
  double sum = 0;
  for (const OrbitFit& fit : fits)
    if (fit.determined) {
      const Matrix2d total = fit.covariance + variance * Matrix2d::Identity();
      const Vector2d off = fit.estimate - mean;
      sum -= (std::log(total.determinant()) + off.dot(total.inverse() * off)) / 2;
    }
  return sum;
}

double displacement_variance(const std::vector<OrbitFit>& fits) {
  constexpr double clearly = confident * confident / 2;
  const double none = log_likelihood(fits, 0);
  double best = 0, most = none;
  for (double sd = 0.05; sd <= farthest; sd *= 1.05)
    if (const double found = log_likelihood(fits, sd * sd); found > most) best = sd * sd, most = found;
  return most - none > clearly ? best : 0;
}

// Displacements are normal with this mean, known to this covariance, and this variance.
struct Prior {
  Vector2d mean = Vector2d::Zero();
  Matrix2d covariance = Matrix2d::Zero();
  double variance = 0;
};

// What the orbits have in common: 0 where that is negligible or does not differ from 0 with confidence. Errors of the
// combination are the same for all orbits over a square of cells.
Prior prior_of(const std::vector<OrbitFit>& fits) {
  Prior prior;
  prior.variance = displacement_variance(fits);
  Matrix2d information = Matrix2d::Zero(), spread = Matrix2d::Zero();
  Vector2d weighted = Vector2d::Zero();
  std::map<int64_t, Vector2d> scores;
  for (const OrbitFit& fit : fits) {
    if (!fit.determined) continue;
    information += fit.information, weighted += fit.information * fit.estimate;
    for (const auto& [block, score] : fit.scores) scores.try_emplace(block, Vector2d::Zero()).first->second += score;
  }
  if (!(information.determinant() > 0)) return prior;
  for (const auto& [block, score] : scores) spread += score * score.transpose();
  const Matrix2d inverse = information.inverse();
  const Vector2d mean = inverse * weighted;
  const Matrix2d covariance = inverse * spread * inverse + prior.variance / double(fits.size()) * Matrix2d::Identity();
  const double confident_square = 11.8;  // of two normal numbers, as seldom as three standard errors of one
  if (mean.norm() > negligible && mean.dot(covariance.inverse() * mean) > confident_square)
    prior.mean = mean, prior.covariance = covariance;
  return prior;
}

void set_displacements(std::vector<OrbitDisplacement>& orbits, const std::vector<OrbitFit>& fits, const Prior& prior) {
  const double variance = prior.variance;
  for (size_t o = 0; o < orbits.size(); ++o) {
    Vector2d mean = prior.mean;
    Matrix2d left = variance * Matrix2d::Identity() + prior.covariance;
    if (fits[o].determined && variance > 0) {
      const Matrix2d gain = variance * (fits[o].covariance + variance * Matrix2d::Identity()).inverse();
      mean += gain * (fits[o].estimate - prior.mean);
      left -= gain * variance;
    }
    if (mean.norm() > farthest) mean *= farthest / mean.norm();
    orbits[o].displacement = {mean[0], mean[1]};
    orbits[o].deviation = {std::sqrt(std::max(0.0, left(0, 0))), std::sqrt(std::max(0.0, left(1, 1)))};
  }
}

void improve_combination(Model& model, const Normal& normal) {
  model.combination() += solve(normal, false).head(model.count());
}

// The standard error of the width where the soft response fits best, from the sums of its score over squares of cells,
// which are 0 in the mean there: a few squares may hold most of what the soundings show of the width.
double width_deviation(const Normal& normal) {
  const Eigen::Index n = normal.right.size();
  const VectorXd of_width = inverse_times(normal, VectorXd::Unit(n, n - 1));
  double variance = 0;
  for (const auto& [block, right] : normal.rights) variance += std::pow(of_width.dot(right), 2);
  return std::sqrt(variance);
}

// Whether the residuals of the same soundings are smaller in the one.
bool describes_better(const std::vector<Row>& one, const std::vector<Row>& other) {
  double difference = 0;
  for (size_t k = 0; k < one.size(); ++k)
    if (one[k].used && other[k].used) difference += std::pow(other[k].residual, 2) - std::pow(one[k].residual, 2);
  return difference > 0;
}

// Nothing where the soundings do not prefer a soft response to the box with confidence.
std::optional<double> estimate_width(Model& model) {
  const size_t stride = std::max<size_t>(1, (model.size() + most_for_width - 1) / most_for_width);
  const VectorXd of_box = model.combination();
  Normal normal;
  const std::vector<Row> box = model.rows({}, stride, normal);
  double width = 1.2;
  for (int step = 0; step < 4; ++step) {
    model.rows(width, stride, normal);
    const VectorXd found = solve(normal, true);
    model.combination() += found.head(model.count());
    width = std::clamp(width + std::clamp(found[model.count()], -0.3, 0.3), narrowest, widest);
  }
  const std::vector<Row> soft = model.rows(width, stride, normal);
  if (width - box_like > confident * width_deviation(normal) && describes_better(soft, box)) return width;
  model.combination() = of_box;
  return std::nullopt;
}

void estimate_displacements(Model& model, std::optional<double> width, int steps) {
  Normal normal;
  for (int step = 0; step < steps; ++step) {
    const std::vector<Row> rows = model.rows(width, 1, normal);
    const std::vector<OrbitFit> fits = orbit_fits(model, rows);
    // Until the last step nothing is shrunk but towards the longest displacements that occur.
    const bool last = step + 1 == steps;
    Prior prior;
    prior.variance = typical * typical;
    set_displacements(model.orbits(), fits, last ? prior_of(fits) : prior);
    improve_combination(model, normal);
  }
}

}  // namespace

StoredPlaces::StoredPlaces(const DatasetFile& file, const ArrayStore& store)
    : time_(store), longitudes_(store), latitudes_(store) {
  const auto move_on = [](auto& to, const auto& from) {
    const size_t first = to.size();
    to.append(from);
    to.release(first, from.size());
  };
  const size_t all = size_t(file.soundings());
  time_.reserve(all), longitudes_.reserve(all), latitudes_.reserve(all);
  for (size_t first = 0; first < all; first += read_at_once) {
    const Soundings some = file.read_soundings(int64_t(first), int64_t(std::min(read_at_once, all - first)));
    move_on(time_, some.time), move_on(longitudes_, some.longitudes), move_on(latitudes_, some.latitudes);
  }
}

FootprintEstimate estimate_footprints(std::span<const AreaOfFootprints> areas, double cloud_shielding) {
  Model model(areas, cloud_shielding);
  if (model.size() == 0) return {};
  Normal normal;
  model.rows({}, 1, normal);
  improve_combination(model, normal);
  estimate_displacements(model, {}, 3);
  const std::optional<double> width = estimate_width(model);
  if (width) estimate_displacements(model, width, 2);
  FootprintEstimate estimate{width, model.orbits()};
  return estimate.as_delivered() ? FootprintEstimate{} : estimate;
}

FootprintEstimate estimate_footprints(const Dataset& dataset, const SoundingCells& delivered,
                                      const std::vector<uint8_t>& chosen, double cloud_shielding,
                                      const Predictors& predictors) {
  const AreaOfFootprints all[] = {{dataset, delivered, chosen, predictors}};
  return estimate_footprints(all, cloud_shielding);
}

}  // namespace unetsr::data
