#pragma once
#include "data/dataset/dataset.hpp"
#include "pipeline/console/compute.hpp"
#include "pipeline/report/content.hpp"

namespace unetsr::pipeline {

// The origin that every report states; the caller adds options, seeds and stages.
report::RunProvenance run_provenance(const data::Provenance& dataset, const ResolvedCompute&);

}  // namespace unetsr::pipeline
