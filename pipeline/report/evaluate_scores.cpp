#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "data/scores/bootstrap.hpp"
#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

// One column of the headline table.
struct Figure {
  std::string heading;
  std::function<data::Estimate(const PooledEntry&)> of;
  std::function<double(double)> badness = {};  // the least is the best; none: nothing is marked
  double data::Metrics::*spread = nullptr;     // over the seeds
};

constexpr int decimals = 3;

Figure figure_of(const std::string& heading, double data::Metrics::*value,
                 std::optional<data::Interval> data::MetricIntervals::*interval,
                 std::function<double(double)> badness) {
  return {heading,
          [=](const PooledEntry& e) {
            return data::Estimate{e.metrics.*value, e.intervals.*interval};
          },
          std::move(badness), value};
}

Figure figure_of(const std::string& heading, data::Estimate data::MapMetrics::*value,
                 std::function<double(double)> badness) {
  return {heading, [=](const PooledEntry& e) { return e.map.*value; }, std::move(badness)};
}

std::vector<Figure> figures() {
  const auto rising = [](double v) { return -v; };
  const auto falling = [](double v) { return v; };
  const auto near_0 = [](double v) { return std::abs(v); };
  const auto near_1 = [](double v) { return std::abs(v - 1); };
  using M = data::Metrics;
  using I = data::MetricIntervals;
  using Map = data::MapMetrics;
  return {figure_of("R²", &M::r2, &I::r2, rising),
          figure_of("r²", &M::pearson_r2, &I::pearson_r2, rising),
          figure_of("RMSE", &M::rmse, &I::rmse, falling),
          figure_of("MAE", &M::mae, &I::mae, falling),
          figure_of("Bias", &M::bias, &I::bias, near_0),
          figure_of("Slope", &M::slope, &I::slope, near_1),
          figure_of("Skill", &Map::skill, rising),
          figure_of("SSIM", &Map::ssim, rising),
          figure_of("Detail", &Map::spectral_ratio, near_1),
          figure_of("Re-aggregation", &Map::reaggregation_rmse, falling),
          figure_of("Below 0", &Map::negative_share, nullptr)};
}

Html cell_of(const Figure& figure, const PooledEntry& entry, bool best) {
  const data::Estimate estimate = figure.of(entry);
  Html value = escape(fixed(estimate.value, decimals));
  if (best) value = element("strong", {}, value);
  if (figure.spread && entry.spread && std::isfinite((*entry.spread).*figure.spread))
    value += element("span", {{"class", "seeds"}}, escape(" ± " + fixed((*entry.spread).*figure.spread, decimals)));
  if (estimate.interval)
    value += element("span", {{"class", "interval"}},
                     escape(fmt::format("{} to {}", fixed(estimate.interval->low, decimals),
                                        fixed(estimate.interval->high, decimals))));
  return value;
}

// Null where nothing is finite, or there is nothing to compare.
const PooledEntry* best_of(const Figure& figure, const Pool& pool) {
  const PooledEntry* best = nullptr;
  if (!figure.badness || pool.entries.size() < 2) return best;
  const auto badness = [&](const PooledEntry& e) { return figure.badness(figure.of(e).value); };
  for (const PooledEntry& e : pool.entries)
    if (std::isfinite(badness(e)) && (!best || badness(e) < badness(*best))) best = &e;
  return best;
}

std::string legend_of_columns(const EvaluateReport& r, const Pool& pool, const std::vector<Figure>& shown) {
  const auto has = [&](const char* heading) {
    return std::any_of(shown.begin(), shown.end(), [&](const Figure& f) { return f.heading == heading; });
  };
  const auto any = [&](auto is) { return std::any_of(pool.entries.begin(), pool.entries.end(), is); };
  static constexpr const char* against[] = {"the dataset's fine SIF", "the soundings", "the truth"};
  std::string text =
      fmt::format("Held out: {}; scored against {}. RMSE, MAE{} and bias in {}.", pool.held_out,
                  against[size_t(r.scored_against)], has("Re-aggregation") ? ", re-aggregation" : "", sif_units);
  text += " r²: the squared correlation, which bias and slope do not touch.";
  if (has("Skill"))
    text +=
        fmt::format(" Skill: the share of the squared error of “{}” that is gone.", display_name(pool.skill_reference));
  if (has("SSIM")) text += " SSIM: structural similarity to the target, 1 where alike.";
  if (has("Detail"))
    text += " Detail: power over the target's at wavelengths that coarse cells do not tell; below 1 is too smooth.";
  if (has("Re-aggregation"))
    text += " Re-aggregation: the map's means over footprints against what was measured there.";
  if (has("Below 0")) text += " Below 0: share of cells.";
  if (any([](const PooledEntry& e) { return e.intervals.rmse.has_value(); }))
    text += fmt::format(" Small figures: 95 % intervals, of {} blocks of {} × {} cells drawn {} times.", pool.blocks,
                        pool.block_cells, pool.block_cells, with_thousands(data::bootstrap_draws));
  if (any([](const PooledEntry& e) { return e.spread.has_value(); })) text += " ±: standard deviation over the seeds.";
  return text + " Bold: the best of a column.";
}

Html pool_table(const EvaluateReport& r, const Pool& pool) {
  std::vector<Figure> shown;
  for (Figure& figure : figures())
    if (std::any_of(pool.entries.begin(), pool.entries.end(),
                    [&](const PooledEntry& e) { return std::isfinite(figure.of(e).value); }))
      shown.push_back(std::move(figure));
  Table t{legend_of_columns(r, pool, shown), pool.leaky, {{"Map", false}}, {}, true};
  for (const Figure& figure : shown) t.columns.push_back({figure.heading});
  t.columns.insert(t.columns.end(), {{"Folds"}, {"Seeds"}, {"Cells"}});
  std::vector<const PooledEntry*> best;
  for (const Figure& figure : shown) best.push_back(best_of(figure, pool));
  for (const PooledEntry& e : pool.entries) {
    Table::Row row{{escape(entry_name(e))}, e.baseline ? "baseline" : ""};
    for (size_t i = 0; i < shown.size(); ++i) row.cells.push_back(cell_of(shown[i], e, best[i] == &e));
    row.cells.push_back(escape(e.folds ? std::to_string(e.folds) : "–"));
    row.cells.push_back(escape(e.seeds ? std::to_string(e.seeds) : "–"));
    row.cells.push_back(escape(with_thousands(e.metrics.cells)));
    t.rows.push_back(std::move(row));
  }
  return table(t);
}

// What an interval says of a difference of errors.
const char* verdict(const data::Interval& less) {
  return less.high < 0 ? "better" : less.low > 0 ? "worse" : "not told apart";
}

Html difference_cell(const data::Estimate& less) {
  Html cell = escape(fixed(less.value, decimals));
  if (less.interval)
    cell += element("span", {{"class", "interval"}},
                    escape(fmt::format("{} to {}: {}", fixed(less.interval->low, decimals),
                                       fixed(less.interval->high, decimals), verdict(*less.interval))));
  return cell;
}

// The maps pair by pair: on the same draws of blocks, so that what makes a block hard for both does not count.
Html difference_table(const Pool& pool) {
  const auto first = std::find_if(pool.entries.begin(), pool.entries.end(), [](const auto& e) { return !e.baseline; });
  if (pool.entries.size() < 2 || first == pool.entries.end()) return {};
  const bool baselines = !pool.best_baseline.empty();
  Table t{fmt::format("RMSE less that of another map on the same cells, {}; below 0 is better. The first map is {}{}. "
                      "Small figures: 95 % intervals of the difference over the same draws of blocks; where one holds "
                      "0, the two are not told apart.",
                      sif_units, entry_name(*first),
                      baselines ? ", the best baseline " + display_name(pool.best_baseline) : ""),
          pool.leaky,
          {{"Map", false}},
          {},
          false};
  if (baselines) t.columns.push_back({"Less the best baseline's"});
  t.columns.push_back({"Less the first map's"});
  for (const PooledEntry& e : pool.entries) {
    Table::Row row{{escape(entry_name(e))}, e.baseline ? "baseline" : ""};
    for (const data::Estimate* less : {&e.less_best_baseline, &e.less_first}) {
      if (less == &e.less_best_baseline && !baselines) continue;
      row.cells.push_back(difference_cell(*less));
    }
    t.rows.push_back(std::move(row));
  }
  return table(t);
}

// So that it fits beside a bar.
std::string shortened(const std::string& name) {
  constexpr size_t most = 44;
  return name.size() <= most ? name : name.substr(0, most - 1) + "…";
}

Html rmse_bars(const Pool& pool) {
  BarChart chart{"RMSE of every map, " + sif_units, "RMSE", decimals, {}, {}, ""};
  for (size_t i = 0; i < pool.entries.size(); ++i) {
    const PooledEntry& e = pool.entries[i];
    chart.bars.push_back({shortened(entry_name(e)), entry_colour(pool, i), e.metrics.rmse});
    if (e.intervals.rmse) chart.bars.back().whisker = Range{e.intervals.rmse->low, e.intervals.rmse->high};
  }
  std::stable_sort(chart.bars.begin(), chart.bars.end(), [](const Bar& a, const Bar& b) { return a.value < b.value; });
  return figure(bar_chart(chart),
                "The shorter the better; whiskers, where there are any, are the 95 % intervals. Baselines in grey.",
                pool.leaky);
}

}  // namespace

std::string entry_name(const PooledEntry& e) {
  const size_t end = std::min(e.name.find_first_of(":,"), e.name.size());
  return display_name(e.name.substr(0, end)) + e.name.substr(end);
}

std::string entry_colour(const Pool& pool, size_t entry) {
  static const char* const colours[] = {"s-blue",   "s-vermillion", "s-green", "s-purple",
                                        "s-orange", "s-sky",        "s-olive", "s-brown"};
  if (pool.entries[entry].baseline) return "s-grey";
  size_t networks = 0;
  for (size_t i = 0; i < entry; ++i) networks += pool.entries[i].baseline ? 0 : 1;
  return colours[networks % std::size(colours)];
}

Html scores_section(const EvaluateReport& r) {
  Html section;
  for (const Pool& pool : r.pools) section += pool_table(r, pool) + difference_table(pool) + rmse_bars(pool);
  return section;
}

}  // namespace unetsr::pipeline::report
