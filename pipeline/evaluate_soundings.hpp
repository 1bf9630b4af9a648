#pragma once
#include "data/dataset.hpp"
#include "pipeline/finished_run.hpp"
#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

// Scores a run that learnt from footprints on the soundings that it held out, beside what needs no network. Every map
// is made of half of the days and compared with the soundings of the other half. `ceiling_r2`: what a perfect map would
// reach, since part of the soundings' variance is their own noise.
report::EvaluatedRun evaluate_on_soundings(const FinishedRun&, const data::Dataset& granules, double& ceiling_r2);

}  // namespace unetsr::pipeline
