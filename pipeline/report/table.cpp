#include "pipeline/report/table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "kernels/error.hpp"
#include "pipeline/report/numbers.hpp"
#include "pipeline/report/page.hpp"

namespace unetsr::pipeline::report {
namespace {

std::string alignment(const Column& column) {
  return column.number ? "number" : "words";
}

Html heading_of(const Column& column) {
  static constexpr const char* better[] = {"high", "low", "0", "1"};
  Attributes attributes = {{"scope", "col"}, {"class", alignment(column)}};
  if (column.number) attributes.push_back({"data-better", better[size_t(column.better)]});
  return column.heading.empty() ? element("td", {}, Html{}) : element("th", attributes, escape(column.heading));
}

Html cell_of(const Cell& cell, const Column& column, bool first) {
  Attributes attributes = {{"class", alignment(column)}};
  if (std::isfinite(cell.value)) attributes.push_back({"data-value", fmt::format("{:.6g}", cell.value)});
  if (first) attributes.push_back({"scope", "row"});
  return element(first ? "th" : "td", attributes, cell.html);
}

}  // namespace

Html table(const Table& t) {
  Html head, body;
  for (const Column& column : t.columns) head += heading_of(column);
  for (const Table::Row& row : t.rows) {
    if (row.cells.size() != t.columns.size())
      throw Error(
          fmt::format("table '{}': a row of {} cells for {} columns", t.caption, row.cells.size(), t.columns.size()));
    Html cells;
    for (size_t i = 0; i < row.cells.size(); ++i) cells += cell_of(row.cells[i], t.columns[i], i == 0);
    body += element("tr", {{"class", row.style_class}}, cells);
  }
  const Html rows = element("table", {{"class", t.sortable ? "sortable" : ""}},
                            element("thead", {}, element("tr", {}, head)) + element("tbody", {}, body));
  Html caption = (t.leaky ? leaky_badge() : Html{}) + prose(t.caption);
  if (!caption.empty()) caption = element("figcaption", {}, caption);
  return element("figure", {{"class", "table"}}, caption + element("div", {{"class", "scroll"}}, rows));
}

Cell score_cell(std::span<const double> values, int decimals) {
  const std::string spread = values.size() < 2 ? "" : "± " + fixed(standard_deviation(values), decimals);
  return {escape(fixed(mean(values), decimals)) + element("span", {{"class", "spread"}}, escape(spread)), mean(values)};
}

Cell score_cell(double value, int decimals) {
  return score_cell(std::span(&value, 1), decimals);
}

}  // namespace unetsr::pipeline::report
