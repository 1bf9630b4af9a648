#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>

#include "data/dataset/resample.hpp"
#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

void put(const std::vector<float>& from, std::vector<float>& into) {
  if (from.empty()) return;
  if (into.empty()) into.assign(from.size(), NAN);
  for (size_t i = 0; i < from.size(); ++i)
    if (std::isfinite(from[i])) into[i] = from[i];
}

void append(const std::vector<float>& from, std::vector<float>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

// An entry of the tables and its runs of one seed, the first, by their numbers.
struct ShownEntry {
  std::string name;
  std::vector<size_t> runs;
};

std::vector<ShownEntry> shown_entries(const EvaluateReport& r) {
  std::vector<ShownEntry> shown;
  std::set<size_t> seen;
  for (const Pool& pool : r.pools) {
    if (pool.leaky) continue;
    for (const PooledEntry& entry : pool.entries) {
      std::vector<size_t> runs;
      for (size_t i = 0; i < r.runs.size(); ++i)
        if (std::find(entry.runs.begin(), entry.runs.end(), r.runs[i].name) != entry.runs.end()) runs.push_back(i);
      // Part of what an earlier pool has shown whole.
      if (runs.empty() || std::all_of(runs.begin(), runs.end(), [&](size_t i) { return seen.contains(i); })) continue;
      seen.insert(runs.begin(), runs.end());
      uint64_t seed = r.runs[runs.front()].seed;
      for (const size_t i : runs) seed = std::min(seed, r.runs[i].seed);
      std::erase_if(runs, [&](size_t i) { return r.runs[i].seed != seed; });
      ShownEntry one{entry_name(entry), runs};
      if (entry.seeds > 1) one.name += fmt::format(", seed {}", seed);
      if (std::any_of(shown.begin(), shown.end(), [&](const ShownEntry& other) { return other.name == one.name; }))
        one.name += ", " + pool.held_out;
      shown.push_back(std::move(one));
    }
  }
  return shown;
}

// How many cells of the maps' grid are as wide as one of the scored grid.
int cells_aside(const EvaluateReport& r) {
  return int(std::lround(r.grid.x_step / r.map_grid.x_step));
}

// Values (windows, rows, columns) of the scored grid on that of the maps.
std::vector<float> on_map_grid(const std::vector<float>& values, const EvaluateReport& r) {
  if (values.empty() || cells_aside(r) == 1) return values;
  return data::refine(values, {int(r.windows.size()), r.map_grid.rows, r.map_grid.columns, 1}, cells_aside(r),
                      data::Interpolation::nearest);
}

// The test cells of a run's split, likewise.
std::vector<uint8_t> test_cells(const EvaluatedRun& run, const EvaluateReport& r) {
  if (!run.split) return {};
  const data::Split& split = *run.split;
  const int factor = split.columns == r.map_grid.columns ? 1 : cells_aside(r);
  std::vector<uint8_t> cells(size_t(split.windows) * size_t(r.map_grid.cells()));
  size_t at = 0;
  for (int window = 0; window < split.windows; ++window)
    for (int row = 0; row < r.map_grid.rows; ++row)
      for (int column = 0; column < r.map_grid.columns; ++column)
        cells[at++] = split.roles[(size_t(window) * size_t(split.rows) + size_t(row / factor)) * size_t(split.columns) +
                                  size_t(column / factor)] == data::Role::test;
  return cells;
}

constexpr std::ptrdiff_t most_runs = 8;  // of an entry, whose maps are offered

enum class Quantity { sif, difference, deviation };

// Puts the layers of a viewer together, window by window, with one scale for all that is SIF.
class MapsOfRegion {
 public:
  explicit MapsOfRegion(const EvaluateReport& r) : r_(r), cells_(size_t(r.map_grid.cells())) {
    viewer_.id = "map";
    viewer_.frame = {r.map_grid.rows, r.map_grid.columns, r.map_grid};
    viewer_.windows = r.windows;
    viewer_.outlined = "held-out cells";
  }

  void add(const std::string& group, const std::string& name, Quantity quantity, std::vector<float> values,
           std::optional<size_t> first_outline = {}) {
    if (values.size() < r_.windows.size() * cells_) return;
    const std::vector<float>& kept = values_.emplace_back(std::move(values));
    for (size_t w = 0; w < r_.windows.size(); ++w) {
      const std::span<const float> raster = std::span(kept).subspan(w * cells_, cells_);
      if (std::none_of(raster.begin(), raster.end(), [](float v) { return std::isfinite(v); })) continue;
      MapLayer layer{name, w, 0, raster, group, {}};
      if (first_outline) layer.outline = *first_outline + w;
      viewer_.layers.push_back(layer);
      quantities_.push_back(quantity);
    }
  }
  // The number of the first window's.
  size_t add_outlines(const std::vector<uint8_t>& cells) {
    const size_t first = viewer_.outlines.size();
    for (size_t w = 0; w < r_.windows.size(); ++w)
      viewer_.outlines.push_back(
          {{cells.begin() + std::ptrdiff_t(w * cells_), cells.begin() + std::ptrdiff_t((w + 1) * cells_)}});
    return first;
  }

  MapViewer finished(const std::string& left, const std::string& right, const std::string& target) {
    viewer_.left = left, viewer_.right = right;
    add_scale(Quantity::sif, shared_scale, data::sif_name(r_.sif) + ", " + sif_units);
    add_scale(Quantity::difference, error_scale, "difference from " + target + ", " + sif_units);
    add_scale(Quantity::deviation, deviation_scale, "standard deviation, " + sif_units);
    return std::move(viewer_);
  }

 private:
  using ScaleOf = ColourScale (*)(std::span<const std::span<const float>>);
  void add_scale(Quantity quantity, ScaleOf scale_of, const std::string& label) {
    std::vector<std::span<const float>> rasters;
    for (size_t i = 0; i < viewer_.layers.size(); ++i)
      if (quantities_[i] == quantity) {
        viewer_.layers[i].scale = viewer_.scales.size();
        rasters.push_back(viewer_.layers[i].values);
      }
    if (!rasters.empty()) viewer_.scales.push_back({scale_of(rasters), label});
  }

  const EvaluateReport& r_;
  size_t cells_;
  MapViewer viewer_;
  std::vector<Quantity> quantities_;  // of its layers
  std::deque<std::vector<float>> values_;
};

std::vector<float> difference(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> d(std::min(a.size(), b.size()));
  for (size_t i = 0; i < d.size(); ++i) d[i] = a[i] - b[i];
  return d;
}

// Wald's protocol has the coarse SIF for its target.
std::string target_name(const EvaluateReport& r) {
  static constexpr const char* names[] = {"Target", "Gridded soundings", "Truth"};
  return cells_aside(r) == 1 ? names[size_t(r.scored_against)] : "Coarse SIF";
}

std::string in_lower_case(std::string name) {
  name[0] = char(std::tolower(name[0]));
  return name;
}

std::vector<float> held_out_map(const EvaluatedRun& run, const EvaluateReport& r) {
  std::vector<float> values = run.map;
  const std::vector<uint8_t> cells = test_cells(run, r);
  for (size_t k = 0; k < std::min(values.size(), cells.size()); ++k)
    if (!cells[k]) values[k] = NAN;
  return values;
}

// The map of one network over the cells that each of its folds held out.
void add_held_out(const EvaluateReport& r, const ShownEntry& entry, MapsOfRegion& maps) {
  std::vector<float> values;
  std::vector<uint8_t> all(r.windows.size() * size_t(r.map_grid.cells()), 0);
  for (const size_t i : entry.runs) {
    put(held_out_map(r.runs[i], r), values);
    const std::vector<uint8_t> cells = test_cells(r.runs[i], r);
    for (size_t k = 0; k < cells.size(); ++k) all[k] |= cells[k];
  }
  maps.add(entry.name, fmt::format("Sharpened SIF: {}, held-out cells of {} runs", entry.name, entry.runs.size()),
           Quantity::sif, std::move(values), maps.add_outlines(all));
}

struct AddedMap {
  std::string name;
  std::optional<size_t> outline;
};

// The map of the whole region, of one run. `name`: of the entry, or of its run where there are several.
AddedMap add_map(const EvaluateReport& r, const EvaluatedRun& run, const std::string& entry, const std::string& name,
                 MapsOfRegion& maps) {
  AddedMap added{"Sharpened SIF: " + name, {}};
  if (const std::vector<uint8_t> cells = test_cells(run, r); !cells.empty()) added.outline = maps.add_outlines(cells);
  maps.add(entry, added.name, Quantity::sif, run.map, added.outline);
  return added;
}

// Also what belongs to it.
std::string add_run(const EvaluateReport& r, const EvaluatedRun& run, const std::string& entry, const std::string& name,
                    const std::vector<float>& target, MapsOfRegion& maps) {
  const auto [sharpened, outline] = add_map(r, run, entry, name, maps);
  maps.add(entry, "Standard deviation: " + name, Quantity::deviation, run.deviation, outline);
  // A map that soundings corrected is not to be compared with these soundings.
  if (r.scored_against == ScoredAgainst::soundings) return sharpened;
  const bool same_grid = cells_aside(r) == 1;
  maps.add(entry, fmt::format("Difference from {}: {}", in_lower_case(target_name(r)), name), Quantity::difference,
           difference(same_grid ? run.map : on_map_grid(run.prediction, r), target), outline);
  return sharpened;
}

std::string caption_of(const EvaluateReport& r) {
  std::string text =
      "The maps of the whole region are those that `unetsr predict` writes. The outline encloses the cells that were "
      "held out, on which scores are computed.";
  if (r.scored_against == ScoredAgainst::soundings)
    text +=
        " These maps are corrected by all soundings, those that were held out too; the scores are of maps made without "
        "them.";
  if (r.picture_cells > 1)
    text += fmt::format(" The scene is large: maps are drawn, and summed up here, as means over {0} x {0} cells.",
                        r.picture_cells);
  if (cells_aside(r) != 1) text += " Scores and differences are of the coarse cells on which the network was trained.";
  return text;
}

// "25 May: mean 0.91, 98 % of the cells between 0.20 and 1.71; standard deviation 0.08 on average."
std::string in_numbers(const EvaluateReport& r, const EvaluatedRun& run) {
  const size_t cells = size_t(r.map_grid.cells());
  std::string text;
  for (size_t w = 0; w < r.windows.size(); ++w) {
    const auto part = [&](const std::vector<float>& values) {
      std::vector<double> there;
      for (size_t i = w * cells; i < std::min((w + 1) * cells, values.size()); ++i)
        if (std::isfinite(values[i])) there.push_back(double(values[i]));
      return there;
    };
    const std::vector<double> sif = part(run.map), deviation = part(run.deviation);
    if (sif.empty()) continue;
    const Range range = quantile_range(sif, 0.01, 0.99);
    text += fmt::format(" {}: mean SIF {} {}, 98 % of the cells between {} and {}", r.windows[w], fixed(mean(sif), 2),
                        sif_units, fixed(range.low, 2), fixed(range.high, 2));
    if (!deviation.empty()) text += fmt::format(", mean standard deviation {}", fixed(mean(deviation), 3));
    text += ".";
  }
  return text;
}

}  // namespace

std::vector<EntryMap> entry_maps(const EvaluateReport& r) {
  std::vector<EntryMap> maps;
  for (const ShownEntry& entry : shown_entries(r)) {
    EntryMap map{entry.name, {}, {}, {}};
    for (const size_t i : entry.runs) {
      put(r.runs[i].prediction.empty() ? held_out_map(r.runs[i], r) : r.runs[i].prediction, map.values);
      append(r.runs[i].measured, map.measured), append(r.runs[i].remeasured, map.remeasured);
    }
    if (!map.values.empty() || !map.measured.empty()) maps.push_back(std::move(map));
  }
  return maps;
}

std::vector<size_t> runs_on_map(const EvaluateReport& r) {
  std::vector<size_t> runs;
  for (const ShownEntry& entry : shown_entries(r)) runs.insert(runs.end(), entry.runs.begin(), entry.runs.end());
  std::sort(runs.begin(), runs.end());
  runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
  return runs;
}

Html maps_section(const EvaluateReport& r) {
  const std::vector<ShownEntry> entries = shown_entries(r);
  const auto mapped = [&](size_t i) { return !r.runs[i].map.empty(); };
  MapsOfRegion maps(r);
  const std::vector<float> target = on_map_grid(r.target, r);
  std::string right;
  const EvaluatedRun* first = nullptr;
  for (const ShownEntry& entry : entries) {
    const auto run = std::find_if(entry.runs.begin(), entry.runs.end(), mapped);
    if (run == entry.runs.end()) continue;
    const bool several = entry.runs.size() > 1;
    const auto name = [&](size_t i) { return several ? entry.name + ", run " + r.runs[i].name : entry.name; };
    const std::string sharpened = add_run(r, r.runs[*run], entry.name, name(*run), target, maps);
    for (auto other = run + 1; other < entry.runs.end() && other - run < most_runs; ++other)
      if (mapped(*other)) add_map(r, r.runs[*other], entry.name, name(*other), maps);
    if (several) add_held_out(r, entry, maps);
    if (!first) first = &r.runs[*run], right = sharpened;
  }
  if (!first) return {};
  const std::string measured = "Measured", coarse = "Coarse SIF, cell by cell";
  maps.add(measured, coarse, Quantity::sif, r.coarse_cells);
  if (cells_aside(r) == 1)
    maps.add(r.scored_against == ScoredAgainst::truth ? "Known" : measured, target_name(r), Quantity::sif, target);
  if (!r.best_baseline_map.empty())
    maps.add("Best baseline", entry_name(*best_baseline(r)), Quantity::sif, r.best_baseline_map);
  std::string caption = caption_of(r);
  if (std::any_of(r.pools.begin(), r.pools.end(), [](const Pool& p) {
        return std::any_of(p.entries.begin(), p.entries.end(), [](const PooledEntry& e) { return e.seeds > 1; });
      }))
    caption += " Of several seeds the first is shown.";
  return figure(map_viewer(maps.finished(coarse, right, in_lower_case(target_name(r)))),
                caption + in_numbers(r, *first));
}

}  // namespace unetsr::pipeline::report
