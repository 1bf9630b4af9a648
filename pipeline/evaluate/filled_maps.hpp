#pragma once
#include <functional>

#include "data/dataset/mask.hpp"
#include "pipeline/evaluate/region_maps.hpp"

namespace unetsr::pipeline {

// Fills the gaps of a run's maps as `predict --fill` does, and scores the filled ones of `cells` (of a window) against
// the truth: fills in EvaluatedRun::filled and adds to its coverage. Nothing where no such cell is filled.
void add_filled(report::EvaluatedRun&, const FinishedRun&, const FileScene&, const CorrectedMaps&,
                const std::function<data::Mask(int window)>& cells);

}  // namespace unetsr::pipeline
