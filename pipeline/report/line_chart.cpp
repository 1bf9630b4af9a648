#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/error.hpp"
#include "pipeline/report/chart_element.hpp"

namespace unetsr::pipeline::report {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(SeriesShape shape) {
  static constexpr const char* names[] = {"line", "dots", "joined dots", "bars", "steps"};
  return names[size_t(shape)];
}

Json json_of(const Series& s) {
  Json json = {{"name", s.name}, {"colour", s.colour}, {"shape", name_of(s.shape)}};
  if (s.dashes) json["dashes"] = s.dashes;
  if (!s.shown) json["off"] = true;
  for (const auto& [key, values] : {std::pair{"x", &s.x}, {"y", &s.y}}) {
    json[key] = Json::array();
    for (const double v : *values) json[key].push_back(chart_number(v));
  }
  if (s.whiskers.empty()) return json;
  for (const auto& w : s.whiskers)
    json["whiskers"].push_back(w ? Json{chart_number(w->low), chart_number(w->high)} : Json());
  return json;
}

// The values of x that the table has rows for: all, or of many about 20, the first and the last among them.
std::vector<double> rows_of(const LineChart& chart) {
  constexpr size_t most = 25, about = 20;
  std::vector<double> all;
  for (const Series& s : chart.series) all.insert(all.end(), s.x.begin(), s.x.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (chart.x.reversed) std::reverse(all.begin(), all.end());
  if (all.size() <= most) return all;
  std::vector<double> some;
  for (size_t k = 0; k < about; ++k) some.push_back(all[k * (all.size() - 1) / (about - 1)]);
  return some;
}

Table numbers_of(const LineChart& chart) {
  const std::vector<double> rows = rows_of(chart);
  Table t{chart.y.label, false, {{chart.x.label, chart.x.categories.empty()}}, {}};
  for (const Series& s : chart.series) t.columns.push_back({s.name});
  for (const double x : rows) {
    Table::Row row{{escape(chart.x.categories.empty() ? significant(x, 4) : chart.x.categories.at(size_t(x)))}};
    for (const Series& s : chart.series) {
      const auto at = std::find(s.x.begin(), s.x.end(), x);
      row.cells.push_back(escape(at == s.x.end() ? "–" : significant(s.y[size_t(at - s.x.begin())], 4)));
    }
    t.rows.push_back(std::move(row));
  }
  return t;
}

}  // namespace

Html line_chart(const LineChart& chart) {
  Json description = {{"kind", "lines"}, {"x", chart_axis(chart.x)}, {"y", chart_axis(chart.y)}};
  for (const Series& s : chart.series) {
    if (s.x.size() != s.y.size())
      throw ShapeError(fmt::format("{}, {}: {} values of x and {} of y", chart.title, s.name, s.x.size(), s.y.size()));
    description["series"].push_back(json_of(s));
  }
  if (!chart.mark.name.empty()) description["mark"] = {{"x", chart_number(chart.mark.x)}, {"name", chart.mark.name}};
  if (!chart.diagonal.empty()) description["diagonal"] = chart.diagonal;
  return chart_element({chart.title, "", chart.diagonal.empty() ? "" : "square", description, {}, numbers_of(chart)});
}

}  // namespace unetsr::pipeline::report
