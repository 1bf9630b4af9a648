#include "pipeline/report/table.hpp"

#include <fmt/format.h>

#include "kernels/error.hpp"
#include "pipeline/report/numbers.hpp"
#include "pipeline/report/page.hpp"

namespace unetsr::pipeline::report {

Html table(const Table& t) {
  const auto alignment = [&](size_t i) { return t.columns[i].number ? "number" : "words"; };
  Html head, body;
  for (size_t i = 0; i < t.columns.size(); ++i)
    head += element("th", {{"scope", "col"}, {"class", alignment(i)}}, escape(t.columns[i].heading));
  for (const Table::Row& row : t.rows) {
    if (row.cells.size() != t.columns.size())
      throw Error(
          fmt::format("table '{}': a row of {} cells for {} columns", t.caption, row.cells.size(), t.columns.size()));
    Html cells;
    for (size_t i = 0; i < row.cells.size(); ++i) cells += element("td", {{"class", alignment(i)}}, row.cells[i]);
    body += element("tr", {{"class", row.style_class}}, cells);
  }
  const Html caption = (t.leaky ? leaky_badge() : Html{}) + prose(t.caption);
  return element("figure", {{"class", "table"}},
                 element("figcaption", {}, caption) +
                     element("div", {{"class", "scroll"}},
                             element("table", {{"class", t.sortable ? "sortable" : ""}},
                                     element("thead", {}, element("tr", {}, head)) + element("tbody", {}, body))));
}

Html score_cell(std::span<const double> values, int decimals) {
  const std::string spread = values.size() < 2 ? "" : "± " + fixed(standard_deviation(values), decimals);
  return escape(fixed(mean(values), decimals)) + element("span", {{"class", "spread"}}, escape(spread));
}

Html score_cell(double value, int decimals) {
  return score_cell(std::span(&value, 1), decimals);
}

}  // namespace unetsr::pipeline::report
