#pragma once
#include "data/dataset/dataset.hpp"
#include "pipeline/console/compute.hpp"
#include "pipeline/report/content.hpp"

namespace unetsr::pipeline {

// What every report says of where it comes from; the caller adds options, seeds and stages.
report::RunProvenance run_provenance(const data::Provenance& dataset, const ResolvedCompute&);

}  // namespace unetsr::pipeline
