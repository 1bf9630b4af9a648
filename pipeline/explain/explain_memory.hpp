#pragma once
#include "data/dataset/dataset_file.hpp"
#include "pipeline/console/array_memory.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/scored_split.hpp"

namespace unetsr::pipeline {

// Bytes that the permutation importance of a run takes, of so many permutations of each channel. Against soundings or a
// truth: the inputs of one window, a block of the network, the coarse layers of all windows, some bytes a sounding;
// else the dataset.
ArrayMemory memory_to_permute(const data::DatasetFile&, const FinishedRun&, const ScoredSplit&,
                              const std::string& truth, int draws);
// The same with integrated gradients over blocks of so many cells on a side, and what a page shows of them.
ArrayMemory memory_to_explain(const data::DatasetFile&, const FinishedRun&, const ScoredSplit&,
                              const std::string& truth, int draws, int block);

}  // namespace unetsr::pipeline
