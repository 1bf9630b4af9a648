#include "pipeline/evaluate/pool_figures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/evaluate/contributing_pairs.hpp"
#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline {
namespace {

using data::map_figures, data::metric_figures;

// Of every entry and seed.
std::vector<std::vector<Figures>> figures_by_seed(const std::vector<ScoredSeeds>& scores, size_t reference) {
  const data::MapSums reference_sums = scores[reference].front().map_sum();
  std::vector<std::vector<Figures>> all;
  for (const ScoredSeeds& entry : scores) {
    all.emplace_back();
    for (const ScoredMap& seed : entry) all.back().push_back(figures_of(seed.map_sum(), reference_sums));
  }
  return all;
}

double spread_of(const std::vector<Figures>& seeds, size_t figure) {
  std::vector<double> values;
  for (const Figures& f : seeds) values.push_back(f[figure]);
  return report::standard_deviation(values);
}

void fill_values(report::PooledEntry& entry, const std::vector<Figures>& seeds, const ScoredSeeds& scores) {
  double cells = 0;
  for (const ScoredMap& s : scores) cells += s.sum().n / double(scores.size());
  entry.metrics.cells = std::llround(cells);
  const Figures mean = mean_of(seeds);
  for (size_t k = 0; k < metric_figures.size(); ++k) entry.metrics.*metric_figures[k].value = mean[k];
  for (size_t k = 0; k < map_figures.size(); ++k)
    (entry.map.*map_figures[k].estimate).value = mean[metric_figures.size() + k];
  if (seeds.size() > 1 && !entry.baseline) {
    entry.spread = data::Metrics{};
    entry.spread->cells = entry.metrics.cells;
    for (size_t k = 0; k < metric_figures.size(); ++k) (*entry.spread).*metric_figures[k].value = spread_of(seeds, k);
  }
}

// The paper's R2 is not one of sums: it has no interval.
void use_position_r2(report::PooledEntry& entry, const ScoredSeeds& scores) {
  std::vector<double> r2;
  for (const ScoredMap& s : scores)
    if (s.position_r2) r2.push_back(*s.position_r2);
  if (r2.empty()) return;
  entry.metrics.r2 = report::mean(r2);
  entry.intervals.r2.reset();
  if (entry.spread) entry.spread->r2 = report::standard_deviation(r2);
}

data::Estimate difference(const std::vector<report::PooledEntry>& entries, size_t entry, size_t other,
                          const FigureIntervals& intervals) {
  if (entry == other || other == entries.size()) return {};
  return {entries[entry].metrics.rmse - entries[other].metrics.rmse, intervals.of_difference(entry, other)};
}

}  // namespace

void add(const ScoredMap& part, ScoredMap& sum, double times) {
  sum.blocks.resize(part.blocks.size());
  sum.strata.resize(part.strata.size());
  for (size_t b = 0; b < part.blocks.size(); ++b) sum.blocks[b].add(part.blocks[b], times);
  for (size_t s = 0; s < part.strata.size(); ++s) sum.strata[s].add(part.strata[s], times);
  sum.tiles += times * part.tiles;
  for (auto power : {&ScoredMap::power, &ScoredMap::target_power}) {
    (sum.*power).resize(std::max((sum.*power).size(), (part.*power).size()));
    for (size_t k = 0; k < (part.*power).size(); ++k) (sum.*power)[k] += times * (part.*power)[k];
  }
  if (part.position_r2) sum.position_r2 = sum.position_r2.value_or(0) + times * *part.position_r2;
}

void fill_figures(report::Pool& pool, const std::vector<ScoredSeeds>& scores, size_t reference, size_t compared,
                  const data::PlaceBlocks& blocks) {
  const auto values = figures_by_seed(scores, reference);
  const FigureIntervals intervals(scores, reference, blocks);
  pool.window_cells = intervals.windows().side() * blocks.size;
  pool.freedom = intervals.windows().freedom();
  for (size_t i = 0; i < scores.size(); ++i) {
    report::PooledEntry& entry = pool.entries[i];
    fill_values(entry, values[i], scores[i]);
    for (size_t k = 0; k < metric_figures.size(); ++k) entry.intervals.*metric_figures[k].interval = intervals.of(i, k);
    for (size_t k = 0; k < map_figures.size(); ++k)
      (entry.map.*map_figures[k].estimate).interval = intervals.of(i, metric_figures.size() + k);
  }
  pool.entries[reference].map.skill.interval.reset();  // 0, of itself
  for (size_t i = 0; i < scores.size(); ++i) use_position_r2(pool.entries[i], scores[i]);
  using Entry = report::PooledEntry;
  const size_t baseline = least_rmse(pool.entries, [](const Entry&e) { return e.baseline; }),
               first = least_rmse(pool.entries, [](const Entry&e) { return !e.baseline; }),
               uncorrected = least_rmse(pool.entries, [](const Entry&e) { return e.baseline && !e.variant.corrected; }),
               corrected = least_rmse(pool.entries, [](const Entry&e) { return e.baseline && e.variant.corrected; });
  const auto name_of = [&](size_t i) { return i < scores.size() ? pool.entries[i].name : std::string(); };
  pool.best_baseline = name_of(baseline);
  pool.best_uncorrected_baseline = name_of(uncorrected), pool.best_corrected_baseline = name_of(corrected);
  for (size_t i = 0; i < scores.size(); ++i) {
    Entry& e = pool.entries[i];
    e.less_best_baseline = difference(pool.entries, i, baseline, intervals);
    e.less_best_uncorrected = difference(pool.entries, i, uncorrected, intervals);
    e.less_best_corrected = difference(pool.entries, i, corrected, intervals);
    e.less_first = difference(pool.entries, i, first, intervals);
    e.less_reference = difference(pool.entries, i, compared, intervals);
  }
  for (const EntryPair& pair : contributing_pairs(pool.entries))
    pool.contributions.push_back(
        {pair.what, name_of(pair.from), name_of(pair.to), difference(pool.entries, pair.to, pair.from, intervals)});
}

std::vector<report::Stratum> strata_of(const std::vector<ScoredSeeds>& scores, const MapScorer& scorer) {
  std::vector<report::Stratum> strata;
  size_t place = 0;
  for (const data::StratumFamily& family : scorer.strata())
    for (const std::string& name : family.strata) {
      report::Stratum stratum{family.name, name, {}};
      int64_t cells = 0;
      for (const ScoredSeeds& entry : scores) {
        data::Metrics mean{};
        for (const ScoredMap& seed : entry) {
          const data::Metrics m = data::metrics_of(seed.strata[place]);
          for (const data::MetricFigure& figure : metric_figures)
            mean.*figure.value += m.*figure.value / double(entry.size());
          mean.cells = m.cells;
        }
        cells += mean.cells;
        stratum.metrics.push_back(mean);
      }
      if (cells > 0) strata.push_back(std::move(stratum));
      ++place;
    }
  return strata;
}

std::optional<report::Spectra> spectra_of(const report::Pool& pool, const std::vector<ScoredSeeds>& scores,
                                          const MapScorer& scorer) {
  report::Spectra spectra{scorer.wavelengths_km(), scorer.coarse_wavelength_km(), {}};
  const auto line = [&](const std::string& name, const ScoredSeeds& seeds, std::vector<double> ScoredMap::*power) {
    report::Spectra::Line mean{name, std::vector<double>(spectra.wavelength_km.size(), 0.0)};
    double tiles = 0;
    for (const ScoredMap& s : seeds) {
      tiles += s.tiles;
      for (size_t k = 0; k < (s.*power).size(); ++k) mean.power[k] += (s.*power)[k];
    }
    for (double& p : mean.power) p /= tiles;
    if (tiles > 0) spectra.lines.push_back(std::move(mean));
  };
  line("target", scores.front(), &ScoredMap::target_power);
  for (size_t i = 0; i < scores.size(); ++i) line(pool.entries[i].name, scores[i], &ScoredMap::power);
  if (spectra.lines.empty()) return {};
  return spectra;
}

}  // namespace unetsr::pipeline
