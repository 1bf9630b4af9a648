#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/formats/granule_set.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/prepare/granule_inputs.hpp"
#include "pipeline/prepare/prepare_memory.hpp"

namespace unetsr::pipeline {

// What `prepare --dry-run` prints: windows with the days that have soundings and those that have none, tiles that a
// window lacks, the grid of `dataset` (which holds no layers yet), and estimates of memory, disk and time with what
// they rest on. Reads names, the size of each file of soundings, times where a name holds no date, and the places of
// one file. Throws Error where a file of soundings is none.
void print_plan(const GranuleInputs&, const data::GranuleSet&, const data::Dataset&, const LayerCounts&,
                const PrepareMemory&, const Output&);

}  // namespace unetsr::pipeline
