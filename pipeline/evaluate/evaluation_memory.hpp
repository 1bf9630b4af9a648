#pragma once
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/stored_array.hpp"
#include "pipeline/console/array_memory.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/evaluate/evaluate.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/scored_split.hpp"

namespace unetsr::pipeline {

// Bytes that scores on a file's fine cells take at most. `stored`: maps that are corrected, and cells of footprints.
// Other scratch files, with the maps of all windows, are not counted. Held are one window with all its layers, a
// network and its block, or a correction by soundings; the coarse layers of all windows; what is scored of each test
// sounding.
ArrayMemory memory_to_evaluate(const data::DatasetFile&, const std::vector<FinishedRun>&,
                               const std::vector<ScoredSplit>&, report::ScoredAgainst);

// Where arrays of all windows and soundings lie: see pipeline/console/array_memory.hpp. Scratch files lie in OUT_DIR.
data::ArrayStore place_arrays(const ArrayMemory&, const EvaluateOptions&, const Output&,
                              uint64_t available = available_memory());

}  // namespace unetsr::pipeline
