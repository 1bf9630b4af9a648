#pragma once
#include <string>

#include "data/dataset/dataset.hpp"
#include "data/splits/split.hpp"
#include "pipeline/train/finished_run.hpp"

// The cells of a dataset that a run is scored on: its test cells, which are identified by place, not by column number.
namespace unetsr::pipeline {

// A split of the dataset's coarse cells, where the run held such out, else of the cells that it learnt on.
struct ScoredSplit {
  data::Split split;
  bool independent = false;  // all cells test: the run was trained on another dataset
  int64_t other_times = 0;   // independent: cells where the run trained, in windows that it did not train on
};

// Of the honest protocol. The run's own dataset has the run's own split. Any other one is refused, unless
// `independent`: then none of its cells may lie, in place and time, where the run trained or validated, or in the
// buffer around its test cells. `name`: of the dataset, for messages. Throws UsageError.
ScoredSplit scored_split(const FinishedRun&, const data::Dataset&, const std::string& name, bool independent);

// The share of its cells that test.
double share_of_test(const ScoredSplit&);

// Throws UsageError where a run was trained on another dataset.
void require_own_dataset(const FinishedRun&, const data::Dataset&, const std::string& name);

// Throws UsageError where cells that a training holds out lie, in place and time, where the run that it starts from, or
// one before that, was trained. `own`: of the training; `provenance`: of its dataset.
void refuse_seen_test_cells(const FinishedRun& from, const SplitPlaces& own, const data::Provenance& provenance);

// The cells that a baseline may be fitted to: those that trained, or all of an independent dataset.
data::Mask cells_to_fit(const ScoredSplit&);
// The same on the coarse grid of the dataset, where the split is of the grid that such runs learn on.
data::Mask coarse_cells_to_fit(const ScoredSplit&, Supervision, const data::Dataset&);

}  // namespace unetsr::pipeline
