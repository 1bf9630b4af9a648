#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

Html family_table(const Pool& pool, const std::vector<const Stratum*>& strata) {
  Table t{fmt::format("By {}. RMSE in {}, and R² below it; bold: the least RMSE of a column.", strata.front()->family,
                      sif_units),
          pool.leaky,
          {{"Map", false}},
          {},
          false};
  std::vector<size_t> best;
  Table::Row count{{escape("Cells")}, "rule-above"};
  for (const Stratum* s : strata) {
    int64_t cells = 0;
    size_t least = s->metrics.size();
    for (size_t i = 0; i < s->metrics.size(); ++i) {
      const data::Metrics& m = s->metrics[i];
      cells = std::max(cells, m.cells);
      if (m.cells > 0 && (least == s->metrics.size() || m.rmse < s->metrics[least].rmse)) least = i;
    }
    best.push_back(least);
    t.columns.push_back({s->name});
    count.cells.push_back(escape(with_thousands(cells)));
  }
  for (size_t i = 0; i < pool.entries.size(); ++i) {
    Table::Row row{{escape(entry_name(pool.entries[i]))}, pool.entries[i].baseline ? "baseline" : ""};
    for (size_t s = 0; s < strata.size(); ++s) {
      const data::Metrics& m = strata[s]->metrics.at(i);
      const Html rmse = escape(m.cells > 0 ? fixed(m.rmse, 3) : "–");
      Html cell = i == best[s] ? element("strong", {}, rmse) : rmse;
      if (m.cells > 0) cell += element("span", {{"class", "interval"}}, escape("R² " + fixed(m.r2, 3)));
      row.cells.push_back(std::move(cell));
    }
    t.rows.push_back(std::move(row));
  }
  t.rows.push_back(std::move(count));
  return table(t);
}

}  // namespace

Html strata_section(const EvaluateReport& r) {
  Html section;
  for (const Pool& pool : r.pools) {
    if (pool.strata.empty()) continue;
    if (r.pools.size() > 1) section += subheading("Held out: " + pool.held_out);
    std::vector<const Stratum*> family;
    for (const Stratum& s : pool.strata) {
      if (!family.empty() && family.front()->family != s.family) {
        section += family_table(pool, family);
        family.clear();
      }
      family.push_back(&s);
    }
    section += family_table(pool, family);
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
  return figure(panels(permuted), fmt::format("{}; whiskers are one standard deviation over the runs, of a single run "
                                              "over the draws. {}",
                                              importance_caption, shared_worth));
}

Html coverage_section(const EvaluateReport& r) {
  Table t{
      "Which share of values lies in the map's own intervals; it should be that of the heading. Soundings: their "
      "noise is taken into account.",
      false,
      {{"Run", false}, {"Of", false}},
      {}};
  for (const double level : interval_levels) t.columns.push_back({fmt::format("{:.0f} %", 100 * level)});
  t.columns.push_back({"Values"});
  for (const EvaluatedRun& run : r.runs)
    for (const Coverage& c : run.coverage) {
      std::vector<Html> cells = {element("code", {}, escape(run.name)), escape(c.of)};
      for (const double share : c.share) cells.push_back(escape(fixed(100 * share, 1) + " %"));
      cells.push_back(escape(with_thousands(c.values)));
      t.rows.push_back({std::move(cells)});
    }
  return t.rows.empty() ? Html() : table(t);
}

}  // namespace unetsr::pipeline::report
