#include "pipeline/evaluate/pool_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline {
namespace {

constexpr uint64_t bootstrap_seed = 1;

using data::map_figures, data::metric_figures;
constexpr size_t rmse = 3;
static_assert(metric_figures[rmse].value == &data::Metrics::rmse);

// The figures of Metrics, then those of MapMetrics.
using Figures = std::array<double, metric_figures.size() + map_figures.size()>;

Figures figures_of(const data::MapSums& sums, const data::MapSums& reference) {
  Figures all;
  const data::Metrics metrics = data::metrics_of(sums.score);
  const data::MapMetrics map = data::map_metrics_of(sums, reference.score);
  for (size_t k = 0; k < metric_figures.size(); ++k) all[k] = metrics.*metric_figures[k].value;
  for (size_t k = 0; k < map_figures.size(); ++k) all[metric_figures.size() + k] = (map.*map_figures[k].estimate).value;
  return all;
}

// Sums over blocks, each `times` over.
data::MapSums drawn(const ScoredMap& map, const std::vector<size_t>& blocks, std::span<const uint16_t> times) {
  data::MapSums sum;
  for (const size_t b : blocks)
    if (times[b]) sum.add(map.blocks[b], times[b]);
  return sum;
}

// Of every entry and seed.
std::vector<std::vector<Figures>> figures_by_seed(const std::vector<ScoredSeeds>& scores, size_t reference,
                                                  const std::vector<size_t>& blocks, std::span<const uint16_t> times) {
  const data::MapSums reference_sums = drawn(scores[reference].front(), blocks, times);
  std::vector<std::vector<Figures>> all;
  for (const ScoredSeeds& entry : scores) {
    all.emplace_back();
    for (const ScoredMap& seed : entry) all.back().push_back(figures_of(drawn(seed, blocks, times), reference_sums));
  }
  return all;
}

double mean_of(const std::vector<Figures>& seeds, size_t figure) {
  double sum = 0;
  for (const Figures& f : seeds) sum += f[figure];
  return sum / double(seeds.size());
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
  for (size_t k = 0; k < metric_figures.size(); ++k) entry.metrics.*metric_figures[k].value = mean_of(seeds, k);
  for (size_t k = 0; k < map_figures.size(); ++k)
    (entry.map.*map_figures[k].estimate).value = mean_of(seeds, metric_figures.size() + k);
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

// The entry of the least RMSE among baselines, or among the others; as many as there are entries where there is none.
size_t best_of(const std::vector<report::PooledEntry>& entries, bool baseline) {
  size_t best = entries.size();
  for (size_t i = 0; i < entries.size(); ++i)
    if (entries[i].baseline == baseline && std::isfinite(entries[i].metrics.rmse) &&
        (best == entries.size() || entries[i].metrics.rmse < entries[best].metrics.rmse))
      best = i;
  return best;
}

data::Estimate difference(const std::vector<report::PooledEntry>& entries, size_t entry, size_t other,
                          const std::vector<std::vector<std::vector<double>>>& draws) {
  if (entry == other || other == entries.size()) return {};
  data::Estimate d{entries[entry].metrics.rmse - entries[other].metrics.rmse, {}};
  if (draws.empty()) return d;
  std::vector<double> differences = draws[entry][rmse];
  for (size_t k = 0; k < differences.size(); ++k) differences[k] -= draws[other][rmse][k];
  d.interval = data::interval_of(std::move(differences));
  return d;
}

// Returns the side of the larger blocks, in cells.
int merge_blocks(std::vector<ScoredSeeds>& scores, const data::PlaceBlocks& blocks) {
  std::vector<std::vector<data::ScoreSums>> maps;
  for (const ScoredSeeds& entry : scores) {
    maps.emplace_back();
    for (const data::MapSums& block : entry.front().blocks) maps.back().push_back(block.score);
  }
  const data::PlaceBlocks large{blocks.rows, blocks.columns, blocks.size * data::block_side(blocks, maps)};
  for (ScoredSeeds& entry : scores)
    for (ScoredMap& seed : entry) {
      std::vector<data::MapSums> sums(size_t(large.count()));
      for (size_t b = 0; b < seed.blocks.size(); ++b)
        sums[size_t(data::merged(int(b), blocks, large))].add(seed.blocks[b]);
      seed.blocks = std::move(sums);
    }
  return large.size;
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

void fill_figures(report::Pool& pool, std::vector<ScoredSeeds>& scores, size_t reference, size_t compared,
                  const data::PlaceBlocks& small_blocks) {
  pool.block_cells = merge_blocks(scores, small_blocks);
  data::Mask scored(scores.front().front().blocks.size(), 0);
  for (const ScoredSeeds& entry : scores)
    for (const ScoredMap& seed : entry)
      for (size_t b = 0; b < scored.size(); ++b) scored[b] = scored[b] || seed.blocks[b].score.n > 0;
  std::vector<size_t> blocks;
  for (size_t b = 0; b < scored.size(); ++b)
    if (scored[b]) blocks.push_back(b);
  pool.blocks = int(blocks.size());

  const std::vector<uint16_t> once(scored.begin(), scored.end());
  const auto values = figures_by_seed(scores, reference, blocks, once);
  for (size_t i = 0; i < scores.size(); ++i) fill_values(pool.entries[i], values[i], scores[i]);

  std::vector<std::vector<std::vector<double>>> draws;  // entry, figure, draw
  if (pool.blocks >= data::least_blocks) {
    draws.assign(scores.size(), std::vector(std::tuple_size_v<Figures>, std::vector<double>(data::bootstrap_draws)));
    data::draw_blocks(scored, bootstrap_seed, [&](int draw, std::span<const uint16_t> times) {
      const auto drawn_values = figures_by_seed(scores, reference, blocks, times);
      for (size_t i = 0; i < scores.size(); ++i)
        for (size_t k = 0; k < draws[i].size(); ++k) draws[i][k][size_t(draw)] = mean_of(drawn_values[i], k);
    });
    for (size_t i = 0; i < scores.size(); ++i) {
      report::PooledEntry& entry = pool.entries[i];
      for (size_t k = 0; k < metric_figures.size(); ++k)
        entry.intervals.*metric_figures[k].interval = data::interval_of(draws[i][k]);
      for (size_t k = 0; k < map_figures.size(); ++k)
        (entry.map.*map_figures[k].estimate).interval = data::interval_of(draws[i][metric_figures.size() + k]);
    }
  }
  pool.entries[reference].map.skill.interval.reset();  // 0, of itself
  for (size_t i = 0; i < scores.size(); ++i) use_position_r2(pool.entries[i], scores[i]);
  const size_t baseline = best_of(pool.entries, true), first = best_of(pool.entries, false);
  if (baseline < scores.size()) pool.best_baseline = pool.entries[baseline].name;
  for (size_t i = 0; i < scores.size(); ++i) {
    pool.entries[i].less_best_baseline = difference(pool.entries, i, baseline, draws);
    pool.entries[i].less_first = difference(pool.entries, i, first, draws);
    pool.entries[i].less_reference = difference(pool.entries, i, compared, draws);
  }
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
