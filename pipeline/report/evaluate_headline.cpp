#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

constexpr int decimals = 3;

// The best network of the first table that is not leaky, and the best baseline on the same cells.
struct Best {
  const PooledEntry *network = nullptr, *baseline = nullptr;
  std::set<std::string> networks;  // each once, however it was corrected
};

Best best_of(const EvaluateReport& r) {
  Best best;
  const Pool* pool = first_honest_pool(r);
  if (!pool) return best;
  for (const PooledEntry& e : pool->entries) {
    if (!std::isfinite(e.metrics.rmse)) continue;
    const PooledEntry*& least = e.baseline ? best.baseline : best.network;
    if (!least || e.metrics.rmse < least->metrics.rmse) least = &e;
    if (!e.baseline) best.networks.insert(e.variant.method);
  }
  return best;
}

// "0.93 km"; of grids in degrees "0.05°". Of a cell of a grid of the report.
std::string cell_size(const EvaluateReport& r, const data::Grid& grid) {
  const double step = std::abs(grid.x_step) / r.picture_cells;
  return grid.crs == "EPSG:4326" ? fmt::format("{:.2g}°", step) : fmt::format("{:.2g} km", step / 1000);
}

// "2,908 held-out soundings"
std::string scored_in_words(const EvaluateReport& r, int64_t count) {
  std::string words = with_thousands(count) + " held-out ";
  if (r.scored_against == ScoredAgainst::soundings) return words + "soundings";
  words += r.scored_against == ScoredAgainst::truth ? "cells of the known truth" : "cells of the gridded SIF";
  return r.grid == r.map_grid ? words : words + ", which are " + cell_size(r, r.grid) + " wide";
}

std::string in_words(const data::Interval& interval) {
  return fmt::format("{} to {}", fixed(interval.low, decimals), fixed(interval.high, decimals));
}

// How far the network is from a baseline, and whether that may be chance.
std::string compared(const data::Estimate& difference, const std::string& baseline) {
  const std::string order = fmt::format("That is {} {} than {}", fixed(std::abs(difference.value), decimals),
                                        difference.value < 0 ? "less" : "more", baseline);
  if (!difference.interval)
    return order + "; there are too few blocks of cells for an interval, so this may be chance.";
  const std::string interval = "the 95 % interval of the difference, " + in_words(*difference.interval) + ",";
  return difference.interval->low <= 0 && difference.interval->high >= 0
             ? order + "; this may be chance: " + interval + " contains 0."
             : order + "; " + interval + " does not contain 0.";
}

std::string compared(const Pool& pool, const PooledEntry& network) {
  if (pool.best_corrected_baseline.empty())
    return compared(network.less_best_baseline, fmt::format("the best baseline ({})", entry_name(pool.best_baseline)));
  return compared(network.less_best_uncorrected,
                  fmt::format("the best uncorrected baseline ({})", entry_name(pool.best_uncorrected_baseline))) +
         " " +
         compared(network.less_best_corrected, fmt::format("the best baseline that the same soundings corrected ({})",
                                                           entry_name(pool.best_corrected_baseline)));
}

Html sentence(const EvaluateReport& r, const Best& best) {
  const PooledEntry& network = *best.network;
  std::string text =
      fmt::format("{} of {} (cells of {}, {}) differs by {} {} (RMSE) from {}. {}",
                  best.networks.size() > 1 ? fmt::format("The best of {} sharpened maps", best.networks.size())
                                           : "This sharpened map",
                  data::sif_name(r.sif), cell_size(r, r.map_grid), entry_name(network),
                  fixed(network.metrics.rmse, decimals), sif_units, scored_in_words(r, network.metrics.cells),
                  best.baseline ? compared(*first_honest_pool(r), network) : std::string());
  if (r.scored_against == ScoredAgainst::soundings)
    text += " Most of this difference is noise of the soundings, which every map shares.";
  if (r.provenance.simulated)
    text += " The inputs are of " + data::simulated_scene(r.provenance.world) + ", not measurements.";
  return element("p", {{"class", "verdict"}}, escape(text));
}

std::string with_interval(const std::optional<data::Interval>& interval, const std::string& explanation) {
  return interval ? fmt::format("95 % interval {}. {}", in_words(*interval), explanation) : explanation;
}

KeyFigure difference_figure(const Best& best) {
  const data::Estimate& difference = best.network->less_best_baseline;
  const double value = best.network->metrics.rmse - best.baseline->metrics.rmse;
  const double share = value / best.baseline->metrics.rmse;
  const std::string change = fmt::format("{} {} than {}. Below 0 is better.", percent(std::abs(share), 1),
                                         share < 0 ? "less" : "more", entry_name(*best.baseline));
  return {"RMSE minus that of the best baseline", fixed(value, decimals), with_interval(difference.interval, change)};
}

// How many held-out values lie in the intervals of 90 %, of the first run of the network that knows.
std::optional<KeyFigure> calibration_figure(const EvaluateReport& r, const PooledEntry& network) {
  constexpr size_t level = 2;
  static_assert(interval_levels[level] == 0.9);
  for (const EvaluatedRun& run : r.runs) {
    if (run.coverage.empty() || std::find(network.runs.begin(), network.runs.end(), run.name) == network.runs.end())
      continue;
    const Coverage& coverage = run.coverage.front();
    return KeyFigure{
        "Values inside the map's 90 % intervals", percent(coverage.share[level], 1),
        fmt::format("Of {} values of the {}. 90 % is right; less means that stated errors are too small.{}",
                    with_thousands(coverage.values), coverage.of,
                    r.scored_against == ScoredAgainst::soundings
                        ? " The intervals include the soundings' own noise, which is most of them."
                        : "")};
  }
  return std::nullopt;
}

KeyFigure r2_figure(const EvaluateReport& r, const PooledEntry& network) {
  std::string explanation = "1 is a perfect map.";
  if (r.noise_ceiling_r2 && std::isfinite(*r.noise_ceiling_r2))
    explanation = fmt::format("Noise lets a perfect map reach about {}.", fixed(*r.noise_ceiling_r2, decimals));
  return {"R²", fixed(network.metrics.r2, decimals), with_interval(network.intervals.r2, explanation)};
}

KeyFigure bias_figure(const PooledEntry& network) {
  return {"Bias, " + sif_units, fixed(network.metrics.bias, decimals),
          with_interval(network.intervals.bias, "Mean of map minus measurement. 0 is best.")};
}

// The RMSE of a perfect map by the noise ceiling, on the same values.
std::string perfect_rmse(const EvaluateReport& r, const data::Metrics& metrics) {
  if (!r.noise_ceiling_r2 || !std::isfinite(*r.noise_ceiling_r2) || !(metrics.r2 < 1) || *r.noise_ceiling_r2 > 1)
    return "0 is a perfect map.";
  const double floor = metrics.rmse * std::sqrt((1 - *r.noise_ceiling_r2) / (1 - metrics.r2));
  return fmt::format("Noise alone gives a perfect map about {}.", fixed(floor, decimals));
}

}  // namespace

Html headline(const EvaluateReport& r) {
  const Best best = best_of(r);
  if (!best.network) return {};
  const PooledEntry& network = *best.network;
  std::vector<KeyFigure> figures = {{"RMSE, " + sif_units, fixed(network.metrics.rmse, decimals),
                                     with_interval(network.intervals.rmse, perfect_rmse(r, network.metrics))}};
  if (best.baseline) figures.push_back(difference_figure(best));
  figures.push_back(r2_figure(r, network));
  figures.push_back(calibration_figure(r, network).value_or(bias_figure(network)));
  return sentence(r, best) + key_figures(figures);
}

}  // namespace unetsr::pipeline::report
