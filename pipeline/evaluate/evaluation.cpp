#include "pipeline/evaluate/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/maps/footprints_file.hpp"

namespace unetsr::pipeline {

RunEvaluation evaluated(const FinishedRun& run, const ScoredSplit& scored, int windows, const std::string& cells) {
  Fold fold = scored.independent ? Fold{"independent dataset", 0, 1} : fold_of(run.options.test, windows);
  if (!cells.empty()) fold.scheme += " of " + cells;
  RunEvaluation e = evaluated(run, scored.split.description, std::move(fold));
  e.shown.elsewhere = scored.independent;
  return e;
}

RunEvaluation evaluated(const FinishedRun& run, const std::string& held_out, Fold fold) {
  RunEvaluation e;
  report::EvaluatedRun& shown = e.shown;
  shown.name = run.name;
  shown.model = run.options.model;
  shown.seed = run.options.seed;
  shown.leaky = run.options.protocol == Protocol::paper;
  shown.held_out = held_out;
  shown.features = run.options.features;
  shown.parameters = run.parameters;
  shown.epochs = run.histories.empty() ? 0 : int(run.histories.front().size());
  shown.seconds = run.seconds;
  if (run.audit) {
    shown.shared_cells = run.audit->overlap.cells + run.audit->overlap.soundings;
    shown.shared_inputs = run.audit->overlap.inputs;
    shown.lengths = run.audit->lengths;
  }
  if (!shown.leaky) shown.buffer = run.options.buffer;
  if (run.options.supervision == Supervision::footprints && run.options.footprints == FootprintPlaces::estimated)
    shown.footprints = footprints_in_words(run.footprints);
  shown.histories = run.histories;
  ScoredRun& scored = e.scored;
  scored.name = shown.name;
  scored.model = shown.model;
  scored.seed = shown.seed;
  scored.leaky = shown.leaky;
  scored.features = shown.features;
  scored.settings = settings_of(run.options);
  scored.fold = std::move(fold);
  scored.held_out = held_out;
  return e;
}

void fill_shown(RunEvaluation& e) {
  e.shown.metrics = e.scored.own.metrics();
  for (const NamedMap& kind : e.scored.conserved) e.shown.conserved.push_back({kind.name, kind.scored.metrics()});
  for (const ScoredBaseline& b : *e.scored.baselines) e.shown.baselines.push_back({b.variant, b.scored.metrics()});
}

void keep_cells(std::span<float> map, const data::Mask& cells) {
  for (size_t i = 0; i < map.size(); ++i)
    if (!cells[i]) map[i] = std::numeric_limits<float>::quiet_NaN();
}

void keep_chosen(data::Mask& cells, const data::Mask& others) {
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && others[i];
}

void keep_present(data::Mask& cells, std::span<const float> map) {
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && !std::isnan(map[i]);
}

SoundingsAsMeasured soundings_of_baselines(std::span<const FinishedRun> runs) {
  const auto first = std::find_if(runs.begin(), runs.end(), [](const FinishedRun& run) {
    return run.options.supervision == Supervision::footprints;
  });
  if (first == runs.end()) return {};
  return {first->cloud_shielding, first->footprints};
}

std::vector<std::vector<size_t>> same_held_out(std::span<const RunEvaluation> runs) {
  std::vector<std::vector<size_t>> groups;
  for (size_t i = 0; i < runs.size(); ++i) {
    const ScoredRun& own = runs[i].scored;
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const std::vector<size_t>& g) {
      const ScoredRun& other = runs[g.front()].scored;
      return other.held_out == own.held_out && other.fold.scheme == own.fold.scheme;
    });
    if (group == groups.end())
      groups.push_back({i});
    else
      group->push_back(i);
  }
  return groups;
}

}  // namespace unetsr::pipeline
