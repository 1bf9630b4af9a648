#include <fmt/format.h>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
Html strata_section(const EvaluateReport& r) {
  Html section;
  for (const Pool& all : r.pools) {
    const Pool pool = condensed(all);
    std::vector<const Stratum*> family;
    Html parts;
    for (const Stratum& s : pool.strata) {
      if (s.family == "window") continue;  // of windows_section()
      if (!family.empty() && family.front()->family != s.family) {
        parts += strata_part(pool, family);
        family.clear();
      }
      family.push_back(&s);
    }
    if (!family.empty()) parts += strata_part(pool, family);
    if (!parts.empty() && r.pools.size() > 1) section += subheading("Test cells: " + pool.held_out);
    section += parts;
  }
  return section;
}

Html importance_section(const EvaluateReport& r) {
  Html permuted;
  for (const Pool& pool : r.pools)
    for (size_t i = 0; i < pool.entries.size(); ++i) {
      const PooledEntry& entry = pool.entries[i];
      std::vector<const std::vector<FeatureImportance>*> runs;
      for (const EvaluatedRun& run : r.runs)
        if (!run.importance.empty() && std::find(entry.runs.begin(), entry.runs.end(), run.name) != entry.runs.end())
          runs.push_back(&run.importance);
      if (!runs.empty()) permuted += bar_chart(importance_bars(entry_name(entry), entry_colour(pool, i), runs));
    }
  if (permuted.empty()) return {};
  return figure(panels(permuted), fmt::format("{} Whiskers are one standard deviation over the runs, of a single run "
                                              "over the draws. {}",
                                              importance_caption, shared_worth));
}

namespace {

Html coverage_chart(const EvaluateReport& r) {
  const Axis percent{.label = "", .range = Range{0, 100}};
  LineChart chart{"Reliability of the intervals", percent, percent, {}};
  chart.x.label = "level of the interval, %", chart.y.label = "share of values inside, %";
  chart.diagonal = "perfect calibration";
  for (const EvaluatedRun& run : r.runs)
    for (const Coverage& c : run.coverage) {
      Series series{run.name + ", " + c.of, palette_colour(chart.series.size()), {}, {}, SeriesShape::joined_dots};
      series.dashes = int(chart.series.size() / 8);
      for (size_t k = 0; k < interval_levels.size(); ++k) {
        series.x.push_back(100 * interval_levels[k]);
        series.y.push_back(100 * c.share[k]);
      }
      chart.series.push_back(std::move(series));
    }
  return chart.series.empty() ? Html() : line_chart(chart);
}

}  // namespace

Html coverage_section(const EvaluateReport& r) {
  Table t{
      "Share of the values that lie inside the map's intervals; it should be that of the heading. For soundings the "
      "intervals include the noise of the sounding.",
      false,
      {{"Run", false}, {"Values are of", false}},
      {},
      true};
  for (const double level : interval_levels) t.columns.push_back({fmt::format("{:.0f} %", 100 * level)});
  t.columns.push_back({"Values"});
  for (const EvaluatedRun& run : r.runs)
    for (const Coverage& c : run.coverage) {
      std::vector<Cell> cells = {element("code", {}, escape(run.name)), escape(c.of)};
      for (const double share : c.share) cells.push_back(escape(fixed(100 * share, 1) + " %"));
      cells.push_back(escape(with_thousands(c.values)));
      t.rows.push_back({std::move(cells)});
    }
  if (t.rows.empty()) return {};
  return figure(chart_group(coverage_chart(r)),
                "On the dashed line the intervals are calibrated. Above it they are too wide, below it too narrow.") +
         table(t);
}

}  // namespace unetsr::pipeline::report
