#pragma once
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/stored_array.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/evaluate/evaluate.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/scored_split.hpp"

namespace unetsr::pipeline {

// Bytes that scores take at most. `stored`: maps that are corrected, and cells of footprints, which may lie in scratch
// files. Other scratch files, with the maps of all windows, are not counted.
struct EvaluationMemory {
  double held = 0, stored = 0;
};

// Scores on a file's fine cells: one window with all its layers, a network and its block, or a correction by soundings;
// the coarse layers of all windows; what is scored of each test sounding.
EvaluationMemory memory_to_evaluate(const data::DatasetFile&, const std::vector<FinishedRun>&,
                                    const std::vector<ScoredSplit>&, report::ScoredAgainst);

// States what is needed, and where arrays of all windows and soundings lie: in memory where that is within --memory
// (without it: half of what the machine has left), else in OUT_DIR. Throws UsageError where the rest is more than
// --memory, or than there is.
data::ArrayStore place_arrays(const EvaluationMemory&, const EvaluateOptions&, const Output&,
                              uint64_t available = available_memory());

}  // namespace unetsr::pipeline
