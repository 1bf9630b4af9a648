#include "pipeline/evaluate/figure_intervals.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/parallel.hpp"

namespace unetsr::pipeline {
namespace {

using data::map_figures, data::metric_figures;

constexpr size_t rmse = 3, bias = 4;
static_assert(metric_figures[rmse].value == &data::Metrics::rmse);
static_assert(metric_figures[bias].value == &data::Metrics::bias);

enum class Scale { linear, logarithm, logarithm_below_1, fisher, logit };

// In the order of metric_figures and map_figures.
constexpr std::array<Scale, std::tuple_size_v<Figures>> scales = {Scale::logarithm_below_1,  // r2
                                                                  Scale::fisher,             // pearson_r2
                                                                  Scale::logarithm,          // mae
                                                                  Scale::logarithm,          // rmse
                                                                  Scale::linear,             // bias
                                                                  Scale::linear,             // slope
                                                                  Scale::logarithm_below_1,  // skill
                                                                  Scale::logarithm_below_1,  // ssim
                                                                  Scale::logarithm,          // spectral_ratio
                                                                  Scale::logarithm,          // reaggregation_rmse
                                                                  Scale::logit};             // negative_share

double to_scale(Scale scale, double v) {
  switch (scale) {
    case Scale::linear:
      return v;
    case Scale::logarithm:
      return std::log(v);
    case Scale::logarithm_below_1:
      return -std::log(1 - v);
    case Scale::fisher:
      return std::atanh(std::sqrt(v));
    case Scale::logit:
      break;
  }
  return std::log(v / (1 - v));
}

double from_scale(Scale scale, double z) {
  switch (scale) {
    case Scale::linear:
      return z;
    case Scale::logarithm:
      return std::exp(z);
    case Scale::logarithm_below_1:
      return 1 - std::exp(-z);
    case Scale::fisher:
      return std::pow(std::tanh(std::max(z, 0.0)), 2);
    case Scale::logit:
      break;
  }
  return 1 / (1 + std::exp(-z));
}

std::vector<double> scored_cells(const ScoredMap& map) {
  std::vector<double> cells;
  for (const data::MapSums& block : map.blocks) cells.push_back(block.score.n);
  return cells;
}

data::MapSums without(data::MapSums sum, const data::MapSums& block) {
  sum.add(block, -1);
  return sum;
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace

Figures figures_of(const data::MapSums& sums, const data::MapSums& reference) {
  Figures all;
  const data::Metrics metrics = data::metrics_of(sums.score);
  const data::MapMetrics map = data::map_metrics_of(sums, reference.score);
  for (size_t k = 0; k < metric_figures.size(); ++k) all[k] = metrics.*metric_figures[k].value;
  for (size_t k = 0; k < map_figures.size(); ++k) all[metric_figures.size() + k] = (map.*map_figures[k].estimate).value;
  return all;
}

Figures mean_of(const std::vector<Figures>& seeds) {
  Figures mean{};
  for (const Figures& seed : seeds)
    for (size_t k = 0; k < mean.size(); ++k) mean[k] += seed[k] / double(seeds.size());
  return mean;
}

FigureIntervals::FigureIntervals(const std::vector<ScoredSeeds>& scores, size_t reference,
                                 const data::PlaceBlocks& blocks)
    : windows_(blocks, scored_cells(scores.front().front())), rmse_influences_(scores.size()) {
  const ScoredMap& reference_map = scores[reference].front();
  const data::MapSums reference_sum = reference_map.map_sum();
  const size_t count = reference_map.blocks.size();
  for (size_t entry = 0; entry < scores.size(); ++entry) {
    const ScoredSeeds& seeds = scores[entry];
    std::vector<data::MapSums> sums;
    std::vector<Figures> figures;
    for (const ScoredMap& seed : seeds) {
      sums.push_back(seed.map_sum());
      figures.push_back(figures_of(sums.back(), reference_sum));
    }
    const Figures& values = values_.emplace_back(mean_of(figures));
    auto& influences = influences_.emplace_back();
    if (!windows_.possible()) continue;
    for (Influences& of_figure : influences) of_figure.assign(count, 0.0);
    rmse_influences_[entry].assign(count, 0.0);
    parallel_for(int64_t(count), [&](int64_t block) {
      const size_t b = size_t(block);
      const double share = seeds.front().blocks[b].score.n / sums.front().score.n;
      if (!(share > 0)) return;
      const data::MapSums other = without(reference_sum, reference_map.blocks[b]);
      std::vector<Figures> left;
      for (size_t s = 0; s < seeds.size(); ++s) left.push_back(figures_of(without(sums[s], seeds[s].blocks[b]), other));
      const Figures rest = mean_of(left);
      for (size_t k = 0; k < rest.size(); ++k)
        influences[k][b] = (1 - share) * (to_scale(scales[k], values[k]) - to_scale(scales[k], rest[k]));
      rmse_influences_[entry][b] = (1 - share) * (values[rmse] - rest[rmse]);
    });
  }
  for (const auto& influences : influences_)
    too_far_.push_back(windows_.possible() &&
                       (windows_.of(influences[bias]).too_small || windows_.of(influences[rmse]).too_small));
}

std::optional<data::Interval> FigureIntervals::of(size_t entry, size_t figure) const {
  const Influences& influences = influences_[entry][figure];
  if (!windows_.possible() || !all_finite(influences)) return {};
  auto interval = data::interval_about(to_scale(scales[figure], values_[entry][figure]), windows_.of(influences));
  if (!interval) return {};
  return data::Interval{from_scale(scales[figure], interval->low), from_scale(scales[figure], interval->high),
                        interval->too_narrow || too_far_[entry]};
}

std::optional<data::Interval> FigureIntervals::of_difference(size_t entry, size_t other) const {
  if (!windows_.possible()) return {};
  Influences influences = rmse_influences_[entry];
  for (size_t b = 0; b < influences.size(); ++b) influences[b] -= rmse_influences_[other][b];
  if (!all_finite(influences)) return {};
  auto interval = data::interval_about(values_[entry][rmse] - values_[other][rmse], windows_.of(influences));
  if (interval) interval->too_narrow = interval->too_narrow || too_far_[entry] || too_far_[other];
  return interval;
}

}  // namespace unetsr::pipeline
