#include "pipeline/fill/fill_gaps.hpp"

#include <algorithm>
#include <numeric>

#include "data/dataset/missing.hpp"
#include "data/regression/time_series.hpp"
#include "kernels/random.hpp"
#include "pipeline/fill/cell_network.hpp"
#include "pipeline/fill/gap_inputs.hpp"
#include "pipeline/fill/planted_gaps.hpp"

namespace unetsr::pipeline {
namespace {

constexpr size_t enough_cells = 60000, most_of_a_draw = 60000;
constexpr uint64_t most_draws = 8;
constexpr int most_harmonics = 2;
// Normal intervals of fill_interval_levels, in standard deviations.
constexpr std::array<double, fill_interval_levels.size()> half_widths = {0.67449, 1.28155, 1.64485, 1.95996};

using Reached = std::function<void(double share)>;

double standard_deviation(const MapStack& maps) {
  double sum = 0, squares = 0, count = 0;
  for (int w = 0; w < maps.windows; ++w) {
    for (const float v : maps.window(maps.sif.span(), w))
      if (!std::isnan(v)) sum += double(v), squares += double(v) * double(v), ++count;
    maps.release_window(maps.sif, w);
  }
  const double variance = count > 0 ? squares / count - sum / count * (sum / count) : 0;
  constexpr double least = 1e-6;  // of maps that are the same everywhere
  return std::sqrt(std::max(variance, least));
}

// Cells whose value is known, and what is known of them without it.
struct KnownGaps {
  std::vector<WindowCell> cells;
  GapInputs inputs;
  std::vector<float> truth;
  std::array<std::vector<float>, most_harmonics> harmonic;  // by order, from 1

  size_t size() const { return truth.size(); }
};

// The cells of a window that are marked.
std::vector<WindowCell> marked(const MapStack& maps, const data::StoredArray<uint8_t>& marks, int window) {
  std::vector<WindowCell> cells;
  for (size_t i = 0; i < maps.cells(); ++i)
    if (marks[size_t(window) * maps.cells() + i]) cells.push_back({window, i});
  maps.release_window(marks, window);
  return cells;
}

float harmonic_at(const MapStack& maps, std::span<const float> sif, WindowCell at, int order) {
  std::vector<float> series(size_t(maps.windows));
  for (size_t w = 0; w < series.size(); ++w) series[w] = sif[w * maps.cells() + at.cell];
  return float(data::harmonic_in_time(maps.days, series, size_t(at.window), order));
}

class KnownGapsByRole {
 public:
  KnownGapsByRole(const MapStack& maps, double spread) : maps_(maps), spread_(spread) {}

  void add(const data::StoredArray<uint8_t>& planted, const std::vector<GapRole>& role_of, Random& random) {
    const data::StoredArray<float> sif = without(planted);
    const std::vector<WindowCell> cells = some_of(planted, random);
    const GapInputs made = gap_inputs(maps_, sif, cells, spread_);
    for (size_t i = 0; i < cells.size(); ++i) {
      KnownGaps& known = roles_[size_t(role_of[cells[i].cell])];
      known.cells.push_back(cells[i]);
      known.truth.push_back(maps_.window(maps_.sif.span(), cells[i].window)[cells[i].cell]);
      known.inputs.width = made.width;
      const auto row = std::span(made.values).subspan(i * size_t(made.width), size_t(made.width));
      known.inputs.values.insert(known.inputs.values.end(), row.begin(), row.end());
      known.inputs.estimates.push_back(made.estimates[i]);
      for (int order = 1; order <= most_harmonics; ++order)
        known.harmonic[size_t(order - 1)].push_back(harmonic_at(maps_, sif.span(), cells[i], order));
      if (i % at_once == 0) sif.release(), maps_.sif.release();
    }
    maps_.sif.release();
  }

  const KnownGaps& of(GapRole role) const { return roles_[size_t(role)]; }
  size_t size() const { return roles_[0].size() + roles_[1].size() + roles_[2].size(); }

 private:
  static constexpr size_t at_once = 1 << 12;  // cells, that are released together

  data::StoredArray<float> without(const data::StoredArray<uint8_t>& planted) const {
    data::StoredArray<float> sif = maps_.sif;
    for (int w = 0; w < maps_.windows; ++w) {
      for (size_t i = size_t(w) * maps_.cells(); i < size_t(w + 1) * maps_.cells(); ++i)
        if (planted[i]) sif[i] = data::missing;
      maps_.release_window(sif, w), maps_.release_window(planted, w);
    }
    return sif;
  }

  std::vector<WindowCell> some_of(const data::StoredArray<uint8_t>& planted, Random& random) const {
    int64_t all = 0;
    for (int w = 0; w < maps_.windows; ++w) {
      const auto own = planted.span().subspan(size_t(w) * maps_.cells(), maps_.cells());
      all += std::count(own.begin(), own.end(), 1);
      maps_.release_window(planted, w);
    }
    const double share = std::min(1.0, double(most_of_a_draw) / std::max(1.0, double(all)));
    std::vector<WindowCell> cells;
    for (int w = 0; w < maps_.windows; ++w)
      for (const WindowCell& c : marked(maps_, planted, w))
        if (random.uniform() < share) cells.push_back(c);
    return cells;
  }

  const MapStack& maps_;
  double spread_;
  std::array<KnownGaps, 3> roles_;
};

KnownGapsByRole plant(const MapStack& maps, const data::StoredArray<uint8_t>& gaps, uint64_t seed, double spread,
                      const Reached& reached) {
  KnownGapsByRole known(maps, spread);
  const std::vector<GapRole> roles = roles_of_places(maps.rows, maps.columns, seed);
  Random random(seed, 2);
  for (uint64_t draw = 0; draw < most_draws && known.size() < enough_cells; ++draw) {
    known.add(planted_gaps(maps, gaps, seed, draw), roles, random);
    reached(std::max(double(draw + 1) / most_draws, std::min(1.0, double(known.size()) / enough_cells)));
  }
  return known;
}

// The p quantile of a sample, 0 < p < 1.
double quantile(std::vector<double> values, double p) {
  const auto place = values.begin() + std::ptrdiff_t(p * double(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

// Both networks, trained.
class GapNetworks {
 public:
  GapNetworks(int width, double spread, uint64_t seed) : spread_(spread), value_(width, seed), size_(width, seed + 1) {}

  void train(const KnownGapsByRole& known, const Reached& reached) {
    const KnownGaps &of_value = known.of(GapRole::train), &of_size = known.of(GapRole::calibrate);
    std::vector<float> targets;
    for (size_t i = 0; i < of_value.size(); ++i)
      targets.push_back(float(double(of_value.truth[i] - of_value.inputs.estimates[i].neighbours) / spread_));
    value_.train(of_value.inputs.values, targets, [&](double share) { reached(share / 2); });
    train_size(of_size, [&](double share) { reached(0.5 + share / 2); });
  }

  // Value and standard deviation of each cell.
  std::vector<std::pair<double, double>> estimate(std::span<const float> inputs,
                                                  std::span<const SimpleEstimates> simple) {
    const std::vector<float> value = value_.predict(inputs), size = size_.predict(inputs);
    std::vector<std::pair<double, double>> result;
    for (size_t i = 0; i < simple.size(); ++i)
      result.emplace_back(double(simple[i].neighbours) + spread_ * double(value[i]),
                          scale_ * spread_ * std::exp(double(size[i])));
    return result;
  }

 private:
  void train_size(const KnownGaps& known, const Reached& reached) {
    if (known.size() == 0) return;
    const auto estimates = estimate(known.inputs.values, known.inputs.estimates);
    std::vector<double> errors;
    for (size_t i = 0; i < known.size(); ++i) errors.push_back(std::abs(estimates[i].first - double(known.truth[i])));
    const double least = 0.05 * quantile(errors, 0.5) + 1e-6;  // the logarithm of smaller ones would weigh most
    std::vector<float> targets;
    for (const double e : errors) targets.push_back(float(std::log(std::max(e, least) / spread_)));
    size_.train(known.inputs.values, targets, reached);
    calibrate(errors, estimate(known.inputs.values, known.inputs.estimates));
  }

  // So that the intervals of all levels hold what they state, in the mean.
  void calibrate(const std::vector<double>& errors, const std::vector<std::pair<double, double>>& estimates) {
    std::vector<double> relative;
    for (size_t i = 0; i < errors.size(); ++i) relative.push_back(errors[i] / estimates[i].second);
    double sum = 0;
    for (size_t k = 0; k < half_widths.size(); ++k) sum += quantile(relative, fill_interval_levels[k]) / half_widths[k];
    scale_ *= sum / double(half_widths.size());
  }

  double spread_, scale_ = 1;
  CellNetwork value_, size_;
};

// Cells with all that is known of them without their values, as filled cells.
std::vector<FilledCell> filled_cells(std::span<const WindowCell> cells, const GapInputs& inputs,
                                     GapNetworks& networks) {
  const auto estimates = networks.estimate(inputs.values, inputs.estimates);
  std::vector<FilledCell> filled;
  for (size_t i = 0; i < cells.size(); ++i) {
    const SimpleEstimates& simple = inputs.estimates[i];
    filled.push_back(
        {cells[i], float(estimates[i].first), float(estimates[i].second), simple.linear, data::missing, simple.ratio});
  }
  return filled;
}

double rmse(std::span<const FilledCell> cells, float FilledCell::*estimate, std::span<const float> truth) {
  double squares = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    const double error = double(cells[i].*estimate) - double(truth[i]);
    squares += error * error;
  }
  return std::sqrt(squares / double(cells.size()));
}

FillScores score(std::span<const FilledCell> cells, std::span<const float> truth) {
  FillScores scores;
  scores.cells = int64_t(cells.size());
  scores.network = rmse(cells, &FilledCell::sif, truth);
  scores.linear = rmse(cells, &FilledCell::linear, truth);
  scores.harmonic = rmse(cells, &FilledCell::harmonic, truth);
  scores.ratio = rmse(cells, &FilledCell::ratio, truth);
  for (size_t i = 0; i < cells.size(); ++i) {
    const double error = std::abs(double(cells[i].sif) - double(truth[i]));
    for (size_t k = 0; k < half_widths.size(); ++k)
      scores.coverage[k] += error <= half_widths[k] * double(cells[i].deviation);
  }
  for (double& share : scores.coverage) share /= double(cells.size());
  return scores;
}

// The order whose harmonic fit is the best.
int best_order(const KnownGaps& known) {
  std::array<double, most_harmonics> squares = {};
  for (size_t k = 0; k < squares.size(); ++k)
    for (size_t i = 0; i < known.size(); ++i) {
      const double error = double(known.harmonic[k][i]) - double(known.truth[i]);
      squares[k] += std::isnan(error) ? 0 : error * error;
    }
  return 1 + int(std::min_element(squares.begin(), squares.end()) - squares.begin());
}

bool has_any(const data::StoredArray<uint8_t>& gaps) {
  const bool any = std::find(gaps.begin(), gaps.end(), 1) != gaps.end();
  gaps.release();
  return any;
}

// Fills the gaps of the maps, window by window. Returns their number.
int64_t fill_windows(const MapStack& maps, const data::StoredArray<uint8_t>& gaps, double spread, int harmonics,
                     GapNetworks& networks, const TakeFilled& take, const Reached& reached) {
  constexpr size_t at_once = 1 << 16;  // cells
  GapSurroundings surroundings(maps, maps.sif, spread);
  int64_t count = 0;
  for (int window = 0; window < maps.windows; ++window) {
    const std::vector<WindowCell> cells = marked(maps, gaps, window);
    if (!cells.empty()) surroundings.set_window(window);
    for (size_t first = 0; first < cells.size(); first += at_once) {
      const auto some = std::span(cells).subspan(first, std::min(at_once, cells.size() - first));
      std::vector<FilledCell> filled = filled_cells(some, surroundings.inputs(some), networks);
      for (FilledCell& c : filled) c.harmonic = harmonic_at(maps, maps.sif.span(), c.at, harmonics);
      maps.sif.release();
      take(filled);
    }
    count += int64_t(cells.size());
    reached(double(window + 1) / maps.windows);
  }
  return count;
}

}  // namespace

data::StoredArray<uint8_t> gaps_to_fill(const MapStack& maps, const data::Mask& land) {
  std::vector<uint8_t> known(maps.cells(), 0);
  if (maps.windows == 1 && !land.empty()) known = land;
  for (int w = 0; maps.windows > 1 && w < maps.windows; ++w) {
    const auto map = maps.window(maps.sif.span(), w);
    for (size_t i = 0; i < known.size(); ++i) known[i] |= !std::isnan(map[i]);
    maps.release_window(maps.sif, w);
  }
  data::StoredArray<uint8_t> gaps(maps.store);
  gaps.assign_zeros(maps.sif.size());
  for (int w = 0; w < maps.windows; ++w) {
    const auto map = maps.window(maps.sif.span(), w);
    for (size_t i = 0; i < known.size(); ++i) gaps[size_t(w) * maps.cells() + i] = std::isnan(map[i]) && known[i];
    maps.release_window(maps.sif, w), maps.release_window(gaps, w);
  }
  return gaps;
}

FilledGaps fill_gaps(const MapStack& maps, const data::StoredArray<uint8_t>& gaps, uint64_t seed,
                     const TakeFilled& take, const Reached& reached) {
  FilledGaps filled;
  if (!has_any(gaps)) return filled;
  const double spread = standard_deviation(maps);
  constexpr double planted = 0.4, trained = 0.8;  // shares of the time
  const KnownGapsByRole known = plant(maps, gaps, seed, spread, [&](double s) { reached(planted * s); });
  const KnownGaps &train = known.of(GapRole::train), &check = known.of(GapRole::check);
  if (train.size() == 0 || check.size() == 0 || known.of(GapRole::calibrate).size() == 0) return filled;
  GapNetworks networks(train.inputs.width, spread, seed);
  networks.train(known, [&](double s) { reached(planted + (trained - planted) * s); });
  filled.harmonics = best_order(train);
  std::vector<FilledCell> checked = filled_cells(check.cells, check.inputs, networks);
  for (size_t i = 0; i < checked.size(); ++i) checked[i].harmonic = check.harmonic[size_t(filled.harmonics - 1)][i];
  filled.scores = score(checked, check.truth);
  filled.cells = fill_windows(maps, gaps, spread, filled.harmonics, networks, take,
                              [&](double s) { reached(trained + (1 - trained) * s); });
  return filled;
}

}  // namespace unetsr::pipeline
