#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

Html table_of(const Pool& pool, const std::vector<const Stratum*>& strata) {
  Table t{fmt::format("RMSE in {}, and R² below it; bold: the lowest RMSE of a column.", sif_units),
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

// Strata that follow each other are joined by lines.
Html chart_of(const Pool& pool, const std::vector<const Stratum*>& strata) {
  const std::string& family = strata.front()->family;
  LineChart chart{"RMSE by " + family,
                  {.label = family == "window" ? "first day of the window" : family},
                  {.label = "RMSE, " + sif_units},
                  {}};
  for (const Stratum* s : strata) chart.x.categories.push_back(s->name);
  for (size_t i = 0; i < pool.entries.size(); ++i) {
    Series series = entry_series(pool, i);
    series.shape = family == "land cover" ? SeriesShape::bars : SeriesShape::joined_dots;
    for (size_t s = 0; s < strata.size(); ++s) {
      const data::Metrics& m = strata[s]->metrics.at(i);
      series.x.push_back(double(s));
      series.y.push_back(m.cells > 0 ? m.rmse : NAN);
    }
    if (std::any_of(series.y.begin(), series.y.end(), [](double v) { return std::isfinite(v); }))
      chart.series.push_back(std::move(series));
  }
  return line_chart(chart);
}

}  // namespace

Html strata_part(const Pool& pool, const std::vector<const Stratum*>& strata) {
  const std::string& family = strata.front()->family;
  return subheading("By " + family) +
         figure(chart_of(pool, strata), "Lower is better. The legend switches further maps on.", pool.leaky) +
         folded("All scores by " + family, table_of(pool, strata));
}

}  // namespace unetsr::pipeline::report
