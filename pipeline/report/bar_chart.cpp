#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/chart_element.hpp"

namespace unetsr::pipeline::report {
namespace {

using Json = nlohmann::ordered_json;

Table numbers_of(const BarChart& chart) {
  Table t{"", false, {{"", false}, {chart.axis}}, {}};
  const bool whiskers = std::any_of(chart.bars.begin(), chart.bars.end(), [](const Bar& b) { return b.whisker; });
  if (whiskers) t.columns.push_back({chart.whisker_name});
  for (const Bar& bar : chart.bars) {
    Table::Row row{{escape(bar.name), escape(fixed(bar.value, chart.decimals))}};
    if (whiskers)
      row.cells.push_back(escape(bar.whisker ? fmt::format("{} to {}", fixed(bar.whisker->low, chart.decimals),
                                                           fixed(bar.whisker->high, chart.decimals))
                                             : "–"));
    t.rows.push_back(std::move(row));
  }
  return t;
}

}  // namespace

Html bar_chart(const BarChart& chart) {
  Json description = {{"kind", chart.dots ? "intervals" : "bars"},
                      {"axis", chart.axis},
                      {"decimals", chart.decimals},
                      {"whisker", chart.whisker_name},
                      {"bars", Json::array()}};
  for (const Bar& bar : chart.bars) {
    Json json = {{"name", bar.name}, {"colour", bar.colour}, {"value", chart_number(bar.value)}};
    if (bar.whisker) json["whisker"] = {chart_number(bar.whisker->low), chart_number(bar.whisker->high)};
    description["bars"].push_back(std::move(json));
  }
  if (chart.reference)
    description["reference"] = {{"value", chart_number(*chart.reference)}, {"name", chart.reference_name}};
  return chart_element({chart.title, "", "wide", description, {}, numbers_of(chart)});
}

}  // namespace unetsr::pipeline::report
