#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset_file.hpp"
#include "pipeline/conservation.hpp"
#include "pipeline/finished_run.hpp"
#include "pipeline/report/evaluate_report.hpp"

// Scores at the fine cells of a scene whose truth is known.
namespace unetsr::pipeline {

// The run's map against the truth, on the fine cells whose coarse cell the run held out, beside what needs no network.
// All are scored on the same cells: those where each of them has a value. `conservers`: how to correct the map to be
// scored once more; like the coarse SIF that all inputs hold, they use the soundings of held-out cells too.
report::EvaluatedRun evaluate_against_truth(const FinishedRun&, const data::DatasetFile&, const data::Dataset& granules,
                                            const data::Layer& truth, std::vector<Conserver>& conservers);

}  // namespace unetsr::pipeline
