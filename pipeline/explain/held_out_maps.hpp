#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"
#include "data/scores/metrics.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/scored_split.hpp"

namespace unetsr::pipeline {

// Maps (windows, rows, columns) that are scored together.
using Maps = std::vector<std::vector<float>>;

// A finished run of the honest protocol, ready to make maps from changed inputs and to score them on its test cells.
struct HeldOutMaps {
  Mapper mapper;
  data::Dataset scored_grid;      // that maps are made of; scored against soundings, of all days
  std::vector<MapInputs> inputs;  // of the maps: against soundings one for each half of the days, else one
  data::Mask cells;               // of the scored grid: held out, with all inputs, in the windows asked for
  std::vector<int> windows;       // that hold such cells
  report::ScoredAgainst scored_against = report::ScoredAgainst::target;
  std::string held_out;                               // in words
  std::function<data::Metrics(const Maps&)> metrics;  // of one map for each of `inputs`

  // One for each of `inputs`, which may differ from those above; NaN away from `cells`.
  Maps maps(const std::vector<MapInputs>&) const;
};

// `truth`: of the fine cells, to score against it; null: against what the run itself is scored on, soundings or its own
// target. `window`: its label; empty: all. Throws UsageError where the run held out nothing in the window.
HeldOutMaps held_out_maps(const FinishedRun&, const ScoredSplit&, const data::Dataset& dataset,
                          const data::Layer* truth, const std::string& window);

}  // namespace unetsr::pipeline
