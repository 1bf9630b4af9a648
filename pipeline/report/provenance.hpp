#pragma once
#include <string>

#include "data/dataset/dataset.hpp"
#include "pipeline/console/compute.hpp"
#include "pipeline/report/content.hpp"

namespace unetsr::pipeline {

std::string version();  // of this program
std::string now_utc();  // ISO 8601

// What every report says of where it comes from; the caller adds options, seeds and stages.
report::RunProvenance run_provenance(const data::Provenance& dataset, const ComputeOptions&);

}  // namespace unetsr::pipeline
