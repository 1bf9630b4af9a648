#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

void put(const std::vector<float>& from, std::vector<float>& into) {
  if (from.empty()) return;
  if (into.empty()) into.assign(from.size(), NAN);
  for (size_t i = 0; i < from.size(); ++i)
    if (std::isfinite(from[i])) into[i] = from[i];
}

std::vector<float> window_of(const std::vector<float>& values, size_t window, size_t cells) {
  if (values.size() < (window + 1) * cells) return {};
  return {values.begin() + std::ptrdiff_t(window * cells), values.begin() + std::ptrdiff_t((window + 1) * cells)};
}

void append(const std::vector<float>& from, std::vector<float>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

bool any_finite(const std::vector<float>& values) {
  return std::any_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

}  // namespace

std::vector<EntryMap> entry_maps(const EvaluateReport& r) {
  std::vector<EntryMap> maps;
  std::set<const EvaluatedRun*> shown;
  for (const Pool& pool : r.pools) {
    if (pool.leaky) continue;
    for (const PooledEntry& entry : pool.entries) {
      std::vector<const EvaluatedRun*> runs;
      for (const EvaluatedRun& run : r.runs)
        if (!run.prediction.empty() && std::find(entry.runs.begin(), entry.runs.end(), run.name) != entry.runs.end())
          runs.push_back(&run);
      // Part of what an earlier pool has shown whole.
      if (runs.empty() || std::all_of(runs.begin(), runs.end(), [&](const auto* run) { return shown.contains(run); }))
        continue;
      shown.insert(runs.begin(), runs.end());
      const auto first =
          std::min_element(runs.begin(), runs.end(), [](const auto* a, const auto* b) { return a->seed < b->seed; });
      EntryMap map{entry_name(entry), {}, {}, {}, {}};
      if (entry.seeds > 1) map.name += fmt::format(", seed {}", (*first)->seed);
      if (std::any_of(maps.begin(), maps.end(), [&](const EntryMap& m) { return m.name == map.name; }))
        map.name += ", " + pool.held_out;
      for (const EvaluatedRun* run : runs)
        if (run->seed == (*first)->seed) {
          put(run->prediction, map.values), put(run->deviation, map.deviation);
          append(run->measured, map.measured), append(run->remeasured, map.remeasured);
        }
      maps.push_back(std::move(map));
    }
  }
  return maps;
}

Html maps_section(const EvaluateReport& r, const std::vector<EntryMap>& maps) {
  const size_t cells = size_t(r.grid.cells());
  std::vector<WindowMaps> windows;
  for (size_t w = 0; w < r.windows.size(); ++w) {
    WindowMaps window{r.windows[w], window_of(r.coarse, w, cells), window_of(r.target, w, cells), {}};
    for (const EntryMap& map : maps) {
      const std::vector<float> values = window_of(map.values, w, cells);
      if (any_finite(values)) window.predictions.push_back({map.name, values, window_of(map.deviation, w, cells)});
    }
    if (!window.predictions.empty()) windows.push_back(std::move(window));
  }
  if (windows.empty()) return {};
  const MapFrame frame{r.grid.rows, r.grid.columns, r.grid};
  const std::string caption =
      "Networks are shown where cells were held out; hatched cells have no data or were not held out. Of several seeds "
      "the first is shown.";
  if (r.scored_against == ScoredAgainst::soundings)
    return figure(window_viewer("map", windows, frame, "Gridded soundings", false),
                  caption +
                      " These are the maps that predict writes, corrected by all soundings, those that were held out "
                      "too; what was scored are maps made without them.");
  return figure(
      window_viewer("map", windows, frame, r.scored_against == ScoredAgainst::truth ? "Truth" : "Target", true),
      caption);
}

}  // namespace unetsr::pipeline::report
