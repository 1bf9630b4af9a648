#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "pipeline/report/evaluate_sections.hpp"
#include "pipeline/report/interval_words.hpp"

namespace unetsr::pipeline::report {
namespace {

// One column of the score table.
struct Figure {
  std::string heading;
  std::function<data::Estimate(const PooledEntry&)> of;
  std::optional<Better> better;             // none: no value of the column is marked as the best
  double data::Metrics::*spread = nullptr;  // over the seeds
};

constexpr int decimals = 3;

Figure figure_of(const std::string& heading, double data::Metrics::*value,
                 std::optional<data::Interval> data::MetricIntervals::*interval, Better better) {
  return {heading,
          [=](const PooledEntry& e) {
            return data::Estimate{e.metrics.*value, e.intervals.*interval};
          },
          better, value};
}

Figure figure_of(const std::string& heading, data::Estimate data::MapMetrics::*value, std::optional<Better> better) {
  return {heading, [=](const PooledEntry& e) { return e.map.*value; }, better};
}

std::vector<Figure> figures() {
  using M = data::Metrics;
  using I = data::MetricIntervals;
  using Map = data::MapMetrics;
  return {figure_of("R²", &M::r2, &I::r2, Better::high),
          figure_of("r²", &M::pearson_r2, &I::pearson_r2, Better::high),
          figure_of("RMSE", &M::rmse, &I::rmse, Better::low),
          figure_of("MAE", &M::mae, &I::mae, Better::low),
          figure_of("Bias", &M::bias, &I::bias, Better::near_0),
          figure_of("Slope", &M::slope, &I::slope, Better::near_1),
          figure_of("Skill", &Map::skill, Better::high),
          figure_of("SSIM", &Map::ssim, Better::high),
          figure_of("Detail", &Map::spectral_ratio, Better::near_1),
          figure_of("Re-aggregation", &Map::reaggregation_rmse, Better::low),
          figure_of("Below 0", &Map::negative_share, std::nullopt)};
}

double badness(Better better, double value) {
  switch (better) {
    case Better::high:
      return -value;
    case Better::low:
      return value;
    case Better::near_0:
      return std::abs(value);
    case Better::near_1:
      break;
  }
  return std::abs(value - 1);
}

Cell cell_of(const Figure& figure, const PooledEntry& entry, bool best) {
  const data::Estimate estimate = figure.of(entry);
  Html value = escape(fixed(estimate.value, decimals));
  if (best) value = element("strong", {}, value);
  if (figure.spread && entry.spread && std::isfinite((*entry.spread).*figure.spread))
    value += element("span", {{"class", "seeds"}}, escape(" ± " + fixed((*entry.spread).*figure.spread, decimals)));
  if (estimate.interval)
    value += element("span", {{"class", "interval"}},
                     escape(fmt::format("{} to {}", fixed(estimate.interval->low, decimals),
                                        fixed(estimate.interval->high, decimals))));
  return {value, estimate.value};
}

// Null where nothing is finite, or there is nothing to compare.
const PooledEntry* best_of(const Figure& figure, const Pool& pool) {
  const PooledEntry* best = nullptr;
  if (!figure.better || pool.entries.size() < 2) return best;
  const auto bad = [&](const PooledEntry& e) { return badness(*figure.better, figure.of(e).value); };
  for (const PooledEntry& e : pool.entries)
    if (std::isfinite(bad(e)) && (!best || bad(e) < bad(*best))) best = &e;
  return best;
}

std::string preceded_by_space(const std::string& text) {
  return text.empty() ? text : " " + text;
}

std::string explained_columns(const EvaluateReport& r, const Pool& pool, const std::vector<Figure>& shown) {
  const auto has = [&](const char* heading) {
    return std::any_of(shown.begin(), shown.end(), [&](const Figure& f) { return f.heading == heading; });
  };
  const auto any = [&](auto is) { return std::any_of(pool.entries.begin(), pool.entries.end(), is); };
  static constexpr const char* against[] = {"the dataset's fine SIF", "the soundings", "the truth"};
  std::string text =
      fmt::format("Test cells: {}; scored against {}. RMSE, MAE{} and bias are in {}.", pool.held_out,
                  against[size_t(r.scored_against)], has("Re-aggregation") ? ", re-aggregation" : "", sif_units);
  text += " r²: the squared correlation, which a bias or a wrong slope does not change.";
  if (has("Skill"))
    text += fmt::format(" Skill: 1 less the squared error over that of “{}”.", display_name(pool.skill_reference));
  if (has("SSIM")) text += " SSIM: structural similarity to the target, 1 for equal maps.";
  if (has("Detail"))
    text += " Detail: power over the target's at wavelengths below two coarse cells; below 1 is too smooth.";
  if (has("Re-aggregation"))
    text += " Re-aggregation: RMSE of the map's means over footprints against what was measured there.";
  if (has("Below 0")) text += " Below 0: share of cells.";
  if (any([](const PooledEntry& e) { return e.intervals.rmse.has_value(); }))
    text += fmt::format(
        " Small figures: 95 % intervals, with correlated errors accounted for by windows of {} × {} cells. They hold "
        "for {}.{}",
        pool.window_cells, pool.window_cells, area_of_intervals(pool), preceded_by_space(too_narrow_in_words(pool)));
  if (any([](const PooledEntry& e) { return e.spread.has_value(); })) text += " ±: standard deviation over the seeds.";
  if (const PooledEntry& first = pool.entries.front(); first.fold_spread && std::isfinite(first.fold_spread->rmse))
    text += fmt::format(
        " The RMSE of {} has a standard deviation of {} over the {} folds: so much do parts of the "
        "scene differ.",
        entry_name(first), fixed(first.fold_spread->rmse, decimals), first.folds);
  return text + " Bold: the best of a column.";
}

// The row of an entry's own runs names them.
Html heading_of(const PooledEntry& e) {
  constexpr size_t most = 3;
  const Html name = escape(entry_name(e));
  if (e.baseline) return name + element("span", {{"class", "tag"}}, escape("baseline"));
  if (e.runs.empty()) return name;
  std::vector<std::string> first(e.runs.begin(), e.runs.begin() + std::ptrdiff_t(std::min(e.runs.size(), most)));
  std::string runs = joined(first);
  if (e.runs.size() > most) runs += fmt::format(" and {} more", e.runs.size() - most);
  return name + element("span", {{"class", "tag mine"}}, escape(e.runs.size() > 1 ? "your runs" : "your run")) +
         element("span", {{"class", "runs"}}, escape(runs));
}

std::string row_class(const PooledEntry& e) {
  return e.baseline ? "baseline" : e.runs.empty() ? "" : "mine";
}

Html pool_table(const EvaluateReport& r, const Pool& pool) {
  std::vector<Figure> shown;
  for (Figure& figure : figures())
    if (std::any_of(pool.entries.begin(), pool.entries.end(),
                    [&](const PooledEntry& e) { return std::isfinite(figure.of(e).value); }))
      shown.push_back(std::move(figure));
  Table t{explained_columns(r, pool, shown), pool.leaky, {{"Map", false}}, {}, true};
  for (const Figure& figure : shown) t.columns.push_back({figure.heading, true, figure.better.value_or(Better::low)});
  t.columns.insert(t.columns.end(), {{"Folds"}, {"Seeds"}, {"Cells"}});
  std::vector<const PooledEntry*> best;
  for (const Figure& figure : shown) best.push_back(best_of(figure, pool));
  for (const PooledEntry& e : pool.entries) {
    Table::Row row{{heading_of(e)}, row_class(e)};
    for (size_t i = 0; i < shown.size(); ++i) row.cells.push_back(cell_of(shown[i], e, best[i] == &e));
    row.cells.push_back(escape(e.folds ? std::to_string(e.folds) : "–"));
    row.cells.push_back(escape(e.seeds ? std::to_string(e.seeds) : "–"));
    row.cells.push_back(escape(with_thousands(e.metrics.cells)));
    t.rows.push_back(std::move(row));
  }
  return table(t);
}

const char* verdict(const data::Interval& difference) {
  return difference.high < 0 ? "better" : difference.low > 0 ? "worse" : "no clear difference";
}

const PooledEntry* first_network(const Pool& pool) {
  const auto first = std::find_if(pool.entries.begin(), pool.entries.end(), [](const auto& e) { return !e.baseline; });
  return pool.entries.size() < 2 || first == pool.entries.end() ? nullptr : &*first;
}

// The maps pair by pair: on the same draws of blocks, so that what makes a block hard for both does not count.
Html difference_table(const Pool& pool) {
  const PooledEntry* first = first_network(pool);
  if (!first) return {};
  const bool baselines = !pool.best_baseline.empty();
  Table t{
      fmt::format("RMSE minus that of another map on the same cells, {}: negative is better. The first map is {}{}. "
                  "Small figures: 95 % intervals of the difference of two maps on the same cells, for {}; an "
                  "interval that contains 0 means no clear difference.",
                  sif_units, entry_name(*first),
                  baselines ? ", the best baseline " + entry_name(pool.best_baseline) : "", area_of_intervals(pool)),
      pool.leaky,
      {{"Map", false}},
      {},
      true};
  if (baselines) t.columns.push_back({"Minus the best baseline", true, Better::low});
  t.columns.push_back({"Minus the first map", true, Better::low});
  for (const PooledEntry& e : pool.entries) {
    Table::Row row{{escape(entry_name(e))}, row_class(e)};
    for (const data::Estimate* difference : {&e.less_best_baseline, &e.less_first}) {
      if (difference == &e.less_best_baseline && !baselines) continue;
      row.cells.push_back(difference_cell(*difference));
    }
    t.rows.push_back(std::move(row));
  }
  return table(t);
}

std::optional<Range> range_of(const std::optional<data::Interval>& interval) {
  return interval ? std::optional(Range{interval->low, interval->high}) : std::nullopt;
}

void best_first(BarChart& chart) {
  std::stable_sort(chart.bars.begin(), chart.bars.end(), [](const Bar& a, const Bar& b) { return a.value < b.value; });
}

Html rmse_bars(const Pool& pool) {
  BarChart chart{"RMSE of every map", "RMSE, " + sif_units, decimals, {}, {}, ""};
  for (size_t i = 0; i < pool.entries.size(); ++i) {
    const PooledEntry& e = pool.entries[i];
    chart.bars.push_back({entry_name(e), entry_colour(pool, i), e.metrics.rmse, range_of(e.intervals.rmse)});
  }
  best_first(chart);
  return figure(
      bar_chart(chart),
      "Shorter is better. Your runs are in colour, baselines in grey; whiskers, where there are any, are 95 % "
      "intervals.",
      pool.leaky);
}

// Where there are intervals: without them a table is enough.
Html difference_chart(const Pool& pool) {
  BarChart chart{
      "Compared with the best baseline", "RMSE minus that of the best baseline, " + sif_units, decimals, {}, {}, ""};
  chart.dots = true;
  for (size_t i = 0; i < pool.entries.size(); ++i) {
    const PooledEntry& e = pool.entries[i];
    if (e.less_best_baseline.interval)
      chart.bars.push_back(
          {entry_name(e), entry_colour(pool, i), e.less_best_baseline.value, range_of(e.less_best_baseline.interval)});
  }
  if (chart.bars.empty()) return {};
  best_first(chart);
  return figure(
      bar_chart(chart),
      fmt::format("Left of the dashed line is better than the best baseline, {}. Lines are 95 % intervals: one "
                  "that crosses the dashed line means no clear difference.",
                  entry_name(pool.best_baseline)),
      pool.leaky);
}

}  // namespace

Cell difference_cell(const data::Estimate& difference) {
  Html cell = escape(fixed(difference.value, decimals));
  if (difference.interval)
    cell += element("span", {{"class", "interval"}},
                    escape(fmt::format("{} to {}: {}", fixed(difference.interval->low, decimals),
                                       fixed(difference.interval->high, decimals), verdict(*difference.interval))));
  return {cell, difference.value};
}

Html scores_section(const EvaluateReport& r) {
  Html section;
  for (const Pool& all : r.pools) {
    const Pool pool = condensed(all);
    if (r.pools.size() > 1) section += subheading("Test cells: " + pool.held_out);
    section += rmse_bars(pool) + pool_table(r, pool) + baselines_part(all) + contributions_part(all) +
               difference_chart(pool) + difference_table(pool);
    if (all.entries.size() > pool.entries.size()) section += folded("All scores of every baseline", pool_table(r, all));
  }
  return section;
}

}  // namespace unetsr::pipeline::report
