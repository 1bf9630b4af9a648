#include "pipeline/explain/held_out_maps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "data/dataset/missing.hpp"
#include "data/dataset/scales.hpp"
#include "kernels/error.hpp"
#include "pipeline/train/sounding_comparison.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

using data::missing;

void keep_with_inputs(const std::vector<MapInputs>& inputs, data::Mask& cells) {
  for (const MapInputs& of : inputs) {
    const data::Mask present = of.channels.present();
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && present[i] && !std::isnan(of.first_guess[i]);
  }
}

void keep_windows(const std::vector<int>& windows, size_t window_cells, data::Mask& cells) {
  for (size_t i = 0; i < cells.size(); ++i)
    if (std::find(windows.begin(), windows.end(), int(i / window_cells)) == windows.end()) cells[i] = 0;
}

// Against values of the cells themselves.
void score_on_cells(std::vector<float> target, HeldOutMaps& h) {
  h.inputs = {h.mapper.inputs_of(h.scored_grid)};
  keep_with_inputs(h.inputs, h.cells);
  for (size_t i = 0; i < h.cells.size(); ++i) h.cells[i] = h.cells[i] && !std::isnan(target[i]);
  h.metrics = [target = std::move(target), cells = h.cells](const Maps& maps) {
    return data::score(maps.front(), target, cells);
  };
}

void score_on_soundings(const FinishedRun& run, const data::Dataset& dataset, const data::Split& split,
                        const std::vector<int>& windows, HeldOutMaps& h) {
  const auto comparison =
      std::make_shared<SoundingComparison>(dataset, split, needed_features(run.mapper.features, run.mapper.first_guess),
                                           run.cloud_shielding, run.footprints);
  const auto compared = [=](const SoundingComparison::MapMaker& map) {
    return comparison->scored(data::Role::test, map, SoundingComparison::Sky::clear);
  };
  compared([&](const data::Dataset& half, const auto&) {
    h.inputs.push_back(h.mapper.inputs_of(data::fine_scale(half)));
    return std::vector<float>(h.inputs.back().first_guess.size(), missing);
  });
  keep_with_inputs(h.inputs, h.cells);
  h.metrics = [=](const Maps& maps) {
    auto map = maps.begin();
    SoundingComparison::Scored scored = compared([&](const data::Dataset&, const auto&) { return *map++; });
    for (size_t i = 0; i < scored.soundings.size(); ++i) {
      const int window = comparison->soundings()[scored.soundings[i]].window;
      if (std::find(windows.begin(), windows.end(), window) == windows.end()) scored.predicted[i] = missing;
    }
    return data::score(scored.predicted, scored.measured);
  };
}

}  // namespace

Maps HeldOutMaps::maps(const std::vector<MapInputs>& of) const {
  const int rows = scored_grid.grid.rows, columns = scored_grid.grid.columns;
  const data::Part part = part_with(cells, {0, 0, rows, columns}, rows, columns);
  const size_t image = size_t(scored_grid.grid.cells());
  Maps all;
  for (const MapInputs& own : of) {
    all.emplace_back(cells.size(), missing);
    for (const int window : windows)
      paste(mapper.map(own, window, part), part, columns, std::span(all.back()).subspan(size_t(window) * image, image));
  }
  return all;
}

HeldOutMaps held_out_maps(const FinishedRun& run, const ScoredSplit& scored, const data::Dataset& dataset,
                          const data::Layer* truth, const std::string& window) {
  const ResolvedOptions& o = run.options;
  const std::vector<int> asked = windows_asked_for(dataset.windows, window);
  const bool soundings = !truth && o.supervision == Supervision::footprints,
             coarse = holds_out_coarse_cells(o.supervision) && (truth || soundings);
  HeldOutMaps h;
  h.mapper = run.mapper;
  h.scored_grid = truth ? data::fine_scale(dataset) : training_grid(dataset, o.supervision, o.wald_factor);
  h.scored_against = truth       ? report::ScoredAgainst::truth
                     : soundings ? report::ScoredAgainst::soundings
                                 : report::ScoredAgainst::target;
  const data::Split& split = scored.split;
  h.held_out = split.description;
  h.cells = (coarse ? fine_split(split, dataset) : split).mask(data::Role::test);
  const size_t window_cells = size_t(h.scored_grid.grid.cells());
  keep_windows(asked, window_cells, h.cells);
  if (soundings) {
    score_on_soundings(run, dataset, split, asked, h);
  } else {
    const std::span<const float> target = truth ? truth->values : h.scored_grid.values(data::target_layer);
    score_on_cells({target.begin(), target.end()}, h);
  }
  for (const int w : asked)
    if (std::count(h.cells.begin() + std::ptrdiff_t(size_t(w) * window_cells),
                   h.cells.begin() + std::ptrdiff_t(size_t(w + 1) * window_cells), 1) > 0)
      h.windows.push_back(w);
  if (h.windows.empty())
    throw UsageError(fmt::format("{}: holds out {}, which has no cell to score{}", run.directory.string(), h.held_out,
                                 window.empty() ? "" : " in --window " + window));
  return h;
}

}  // namespace unetsr::pipeline
