#include "pipeline/validate/validation_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/scores/place_blocks.hpp"
#include "kernels/error.hpp"
#include "pipeline/evaluate/figure_intervals.hpp"

namespace unetsr::pipeline {
namespace {

using report::ValidatedEntry, report::ValidateReport;

constexpr size_t least_footprints = 10, skill_figure = data::metric_figures.size();
static_assert(data::map_figures[0].estimate == &data::MapMetrics::skill);

data::PlaceBlocks blocks_of(const data::Grid& grid) {
  constexpr int most = 64;  // along a side of the grid
  return {grid.rows, grid.columns, std::max((std::max(grid.rows, grid.columns) + most - 1) / most, 1)};
}

// The cell of the grid that each footprint is centred in.
std::vector<int64_t> centre_cells(const ValidationSoundings& s, const data::Grid& grid) {
  const data::FootprintPlacer placer(grid);
  std::vector<int64_t> cells;
  for (size_t i = 0; i < s.size(); ++i) {
    double x = 0, y = 0;
    placer.position(s.longitude[i], s.latitude[i], x, y);
    const auto inside = [](double v, int count) { return std::clamp(int(std::floor(v)), 0, count - 1); };
    cells.push_back(int64_t(inside(y, grid.rows)) * grid.columns + inside(x, grid.columns));
  }
  return cells;
}

// The slope of the line through the origin that predicts OCO's values from the map's.
double slope_through_origin(const std::vector<float>& map, const std::vector<float>& measured) {
  double products = 0, squares = 0;
  for (size_t i = 0; i < map.size(); ++i)
    products += double(map[i]) * double(measured[i]), squares += double(map[i]) * double(map[i]);
  return products / squares;
}

std::vector<float> times(std::vector<float> values, double factor) {
  for (float& v : values) v = float(double(v) * factor);
  return values;
}

// Scores on blocks, for intervals.
class Scorer {
 public:
  Scorer(const ValidationSoundings& s, const data::Grid& grid)
      : measured_(s.sif), blocks_(blocks_of(grid)), cells_(centre_cells(s, grid)) {}

  const data::PlaceBlocks& blocks() const { return blocks_; }
  ScoredMap score(const std::vector<float>& map) const {
    ScoredMap scored;
    scored.blocks.resize(size_t(blocks_.count()));
    for (size_t i = 0; i < map.size(); ++i)
      scored.blocks[size_t(blocks_.of(cells_[i]))].score.add(map[i], measured_[i]);
    return scored;
  }
  std::vector<float> residuals(const std::vector<float>& map) const {
    std::vector<double> sums(size_t(blocks_.count())), counts(sums.size());
    for (size_t i = 0; i < map.size(); ++i) {
      const size_t block = size_t(blocks_.of(cells_[i]));
      sums[block] += double(measured_[i]) - double(map[i]), counts[block] += 1;
    }
    std::vector<float> means;
    for (size_t b = 0; b < sums.size(); ++b) means.push_back(float(sums[b] / counts[b]));  // NaN without any
    return means;
  }

 private:
  const std::vector<float>& measured_;
  data::PlaceBlocks blocks_;
  std::vector<int64_t> cells_;
};

void fill_intervals(const FigureIntervals& intervals, size_t entry, data::MetricIntervals& out) {
  for (size_t k = 0; k < data::metric_figures.size(); ++k)
    out.*data::metric_figures[k].interval = intervals.of(entry, k);
}

std::optional<Coverage> coverage_of(const MapOnFootprints& map, double scale, const ValidationSoundings& s) {
  std::vector<double> errors;
  for (size_t i = 0; i < map.deviation.size(); ++i)
    if (!std::isnan(map.deviation[i]))
      errors.push_back((double(s.sif[i]) - scale * double(map.mean[i])) /
                       std::hypot(double(s.error[i]), scale * double(map.deviation[i])));
  if (errors.empty()) return std::nullopt;
  return coverage("footprints", errors);
}

ValidatedEntry entry_of(const MapOnFootprints& map, const ScoredMap& scored, const ValidationSoundings& s,
                        const std::vector<float>& truth, double noise) {
  ValidatedEntry e;
  e.name = map.name, e.baseline = map.baseline;
  e.metrics = data::metrics_of(scored.sum());
  e.r = std::copysign(std::sqrt(e.metrics.pearson_r2), e.metrics.slope);
  e.clear_rmse = std::sqrt(std::max(0.0, e.metrics.rmse * e.metrics.rmse - noise * noise));
  e.scale = slope_through_origin(map.mean, s.sif);
  e.coverage = coverage_of(map, e.scale, s);
  if (!truth.empty()) e.truth = data::score(map.mean, truth);
  return e;
}

// The coarse SIF, where it is among the maps; else as many as there are maps.
size_t reference_of(const std::vector<MapOnFootprints>& maps) {
  const auto found =
      std::find_if(maps.begin(), maps.end(), [](const auto& map) { return map.baseline && map.name == "coarse"; });
  return size_t(found - maps.begin());
}

void sort_baselines(std::vector<MapOnFootprints>& maps, const Scorer& scorer) {
  std::vector<std::pair<double, size_t>> order;
  for (size_t i = 0; i < maps.size(); ++i)
    order.push_back({maps[i].baseline ? data::metrics_of(scorer.score(maps[i].mean).sum()).rmse : -1, i});
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<MapOnFootprints> sorted;
  for (const auto& [rmse, index] : order) sorted.push_back(std::move(maps[index]));
  maps = std::move(sorted);
}

void fill_noise(const ValidationSoundings& s, ValidateReport& report) {
  data::ScoreSums sums;
  double squares = 0;
  std::set<int> days;
  for (size_t i = 0; i < s.size(); ++i) {
    sums.add(s.sif[i], s.sif[i]);
    squares += double(s.error[i]) * double(s.error[i]);
    days.insert(int(std::floor(s.time[i] / 86400)));
  }
  const double n = double(s.size()), mean = sums.t / n, variance = sums.tt / n - mean * mean;
  report.footprints = int64_t(s.size()), report.days = int64_t(days.size());
  report.noise = std::sqrt(squares / n);
  report.noise_share = squares / n / variance;
}

void fill_strata(const std::vector<MapOnFootprints>& maps, const ValidationSoundings& s,
                 const std::vector<ValidationStrata>& families, ValidateReport& report) {
  for (const ValidationStrata& family : families)
    for (size_t k = 0; k < family.names.size(); ++k) {
      report::ValidationStratum stratum{family.family, family.names[k], {}};
      for (const MapOnFootprints& map : maps) {
        data::ScoreSums sums;
        for (size_t i = 0; i < s.size(); ++i)
          if (family.of_footprint[i] == int(k)) sums.add(map.mean[i], s.sif[i]);
        stratum.metrics.push_back(data::metrics_of(sums));
      }
      report.strata.push_back(std::move(stratum));
    }
}

}  // namespace

std::vector<uint8_t> on_all_maps(const std::vector<MapOnFootprints>& maps) {
  std::vector<uint8_t> keep(maps.front().mean.size(), 1);
  for (const MapOnFootprints& map : maps)
    for (size_t i = 0; i < keep.size(); ++i) keep[i] = keep[i] && !std::isnan(map.mean[i]);
  return keep;
}

void score_footprints(std::vector<MapOnFootprints> maps, const ValidationSoundings& s,
                      const std::vector<ValidationStrata>& strata, const data::Grid& grid,
                      const std::vector<float>& truth, ValidateReport& report) {
  if (s.size() < least_footprints)
    throw Error(
        fmt::format("{} footprints pass the screens and have a value of each map, too few for a score; see the "
                    "counts above",
                    s.size()));
  const Scorer scorer(s, grid);
  sort_baselines(maps, scorer);
  fill_noise(s, report);
  std::vector<ScoredSeeds> scored, scaled;
  for (const MapOnFootprints& map : maps) {
    scored.push_back({scorer.score(map.mean)});
    report.entries.push_back(entry_of(map, scored.back().front(), s, truth, report.noise));
    scaled.push_back({scorer.score(times(map.mean, report.entries.back().scale))});
    report.residuals.push_back(scorer.residuals(map.mean));
  }
  fill_strata(maps, s, strata, report);
  const size_t reference = reference_of(maps), skill_against = reference < maps.size() ? reference : 0;
  const FigureIntervals intervals(scored, skill_against, scorer.blocks()),
      after_slope(scaled, skill_against, scorer.blocks());
  for (size_t i = 0; i < maps.size(); ++i) {
    ValidatedEntry& e = report.entries[i];
    e.scaled = data::metrics_of(scaled[i].front().sum());
    fill_intervals(intervals, i, e.intervals), fill_intervals(after_slope, i, e.scaled_intervals);
    if (reference < maps.size())
      e.skill = {figures_of(scored[i].front().map_sum(), scored[reference].front().map_sum())[skill_figure],
                 i == reference ? std::nullopt : intervals.of(i, skill_figure)};
    if (i > 0) e.less_first = {e.metrics.rmse - report.entries.front().metrics.rmse, intervals.of_difference(i, 0)};
    report.too_narrow = report.too_narrow || (e.intervals.rmse && e.intervals.rmse->too_narrow);
    report.means.push_back(std::move(maps[i].mean));
  }
  if (reference < maps.size()) report.skill_reference = report.entries[reference].name;
  report.window_cells = intervals.windows().side() * scorer.blocks().size;
  report.freedom = intervals.windows().freedom();
  report.measured = s.sif;
  report.residual_grid = data::coarsened(grid, scorer.blocks().size);
}

}  // namespace unetsr::pipeline
