#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/evaluate/scored_run.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/scored_split.hpp"

// What the ways of scoring (against a dataset's target, soundings, the truth) have in common.
namespace unetsr::pipeline {

// A run as the report shows it and as pools see it.
struct RunEvaluation {
  report::EvaluatedRun shown;
  ScoredRun scored;
};

// All but scores and maps. `held_out`: in words; `cells`: of what, where not of the grid that is scored on.
RunEvaluation evaluated(const FinishedRun&, const ScoredSplit&, int windows, const std::string& cells = "");
RunEvaluation evaluated(const FinishedRun&, const std::string& held_out, Fold);

// The figures of `shown` out of those of `scored`.
void fill_shown(RunEvaluation&);

// Makes a map NaN off the chosen cells.
void keep_cells(std::span<float> map, const data::Mask&);

// Leaves those cells out that others do not hold, or where a map is NaN.
void keep_chosen(data::Mask& cells, const data::Mask& others);
void keep_present(data::Mask& cells, std::span<const float> map);

// How the soundings that correct baselines were measured: as for the map of the first run that learnt from footprints;
// where there is none, as delivered and dimmed by no cloud, as for the other runs' maps.
SoundingsAsMeasured soundings_of_baselines(std::span<const FinishedRun>);

// Places of runs that held out the same cells, in the order of the first of them.
std::vector<std::vector<size_t>> same_held_out(std::span<const RunEvaluation>);

}  // namespace unetsr::pipeline
