#include <fmt/format.h>

#include "kernels/error.hpp"
#include "pipeline/report/chart.hpp"
#include "pipeline/report/page.hpp"

namespace unetsr::pipeline::report {
namespace {

Html cell_of(const HeatMap& map, double value) {
  const Colour c = map.scale.colour(value);
  if (!c.alpha) return element("td", {}, escape(fixed(value, 2)));
  return element("td",
                 {{"style", fmt::format("background:#{:02x}{:02x}{:02x};color:{}", c.red, c.green, c.blue,
                                        wants_dark_text(c) ? "#000" : "#fff")}},
                 escape(fixed(value, 2)));
}

}  // namespace

Html heat_map(const HeatMap& map) {
  const size_t n = map.names.size();
  if (map.values.size() != n * n)
    throw ShapeError(fmt::format("heat map: {} values for {} names", map.values.size(), n));
  Html head = element("td", {}, Html{}), body;
  for (const std::string& name : map.names)
    head += element("th", {{"scope", "col"}}, element("span", {}, escape(name)));
  for (size_t i = 0; i < n; ++i) {
    Html row = element("th", {{"scope", "row"}}, escape(map.names[i]));
    for (size_t j = 0; j < n; ++j) row += cell_of(map, map.values[i * n + j]);
    body += element("tr", {}, row);
  }
  const Html table = element("table", {{"class", "heat-map"}},
                             element("thead", {}, element("tr", {}, head)) + element("tbody", {}, body));
  return figure(element("div", {{"class", "scroll"}}, table), map.caption);
}

}  // namespace unetsr::pipeline::report
