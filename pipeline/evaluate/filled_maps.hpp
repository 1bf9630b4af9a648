#pragma once
#include <span>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/mask.hpp"
#include "pipeline/evaluate/region_maps.hpp"

namespace unetsr::pipeline {

// Fills the gaps of a run's maps as `predict --fill` does, and scores the filled ones of `cells` (windows, rows,
// columns) against the truth: fills in EvaluatedRun::filled and adds to its coverage. Nothing where no such cell is
// filled.
void add_filled(report::EvaluatedRun&, const FinishedRun&, const data::DatasetFile&, const CorrectedMaps&,
                std::span<const float> truth, const data::Mask& cells);

}  // namespace unetsr::pipeline
