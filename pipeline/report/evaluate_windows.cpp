#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

std::vector<double> places(size_t count) {
  std::vector<double> all;
  for (size_t i = 0; i < count; ++i) all.push_back(double(i));
  return all;
}

Html scores_by_window(const Pool& pool) {
  std::vector<const Stratum*> windows;
  for (const Stratum& s : pool.strata)
    if (s.family == "window") windows.push_back(&s);
  return windows.size() < 2 ? Html() : strata_part(pool, windows);
}

// Means over the cells of each window that all rasters hold.
std::vector<double> means_by_window(const std::vector<float>& values, const std::vector<uint8_t>& chosen,
                                    size_t windows, size_t cells) {
  std::vector<double> means;
  for (size_t w = 0; w < windows; ++w) {
    std::vector<double> inside;
    for (size_t i = w * cells; i < (w + 1) * cells; ++i)
      if (chosen[i]) inside.push_back(values[i]);
    means.push_back(mean(inside));
  }
  return means;
}

// Of one map; nothing where it has no cells.
Html mean_chart(const EvaluateReport& r, const EntryMap& map) {
  static constexpr const char* targets[] = {"target", "gridded soundings", "truth"};
  const size_t cells = size_t(r.grid.cells()), windows = r.windows.size(), size = windows * cells;
  if (map.values.size() < size || r.target.size() < size || r.coarse.size() < size) return {};
  std::vector<uint8_t> chosen(size);
  for (size_t i = 0; i < size; ++i)
    chosen[i] = std::isfinite(map.values[i]) && std::isfinite(r.target[i]) && std::isfinite(r.coarse[i]);
  LineChart chart{map.name, {.label = "window", .categories = r.windows}, {.label = "mean SIF, " + sif_units}, {}};
  const auto add = [&](const std::string& name, const std::string& colour, int dashes, const std::vector<float>& of) {
    chart.series.push_back(
        {name, colour, places(windows), means_by_window(of, chosen, windows, cells), SeriesShape::joined_dots, dashes});
  };
  add(targets[size_t(r.scored_against)], "ink", 0, r.target);
  add("coarse SIF", "grey", 2, r.coarse);
  add("map", "blue", 0, map.values);
  return line_chart(chart);
}

// The first map is that of the best network.
Html mean_sif(const EvaluateReport& r, const std::vector<EntryMap>& maps) {
  Html first, others;
  for (const EntryMap& map : maps) (first.empty() ? first : others) += mean_chart(r, map);
  if (first.empty()) return {};
  std::string caption = "Mean over the test cells of each window that all three lines hold.";
  if (r.scored_against == ScoredAgainst::soundings)
    caption += " The map is corrected by these soundings: that the lines agree is no score.";
  return subheading("Mean SIF") + figure(first, caption) +
         (others.empty() ? Html() : folded("Mean SIF of the other maps", chart_group(others)));
}

}  // namespace

Html windows_section(const EvaluateReport& r, const std::vector<EntryMap>& maps) {
  if (r.windows.empty()) return {};
  if (r.windows.size() == 1)
    return not_available(fmt::format("There is one window only, {}: a time series needs two or more.", r.windows[0]));
  Html section;
  for (const Pool& pool : r.pools) section += scores_by_window(condensed(pool));
  return section + mean_sif(r, maps);
}

}  // namespace unetsr::pipeline::report
