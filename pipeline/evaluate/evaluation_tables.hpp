#pragma once
#include <string>

#include "pipeline/report/evaluate_report.hpp"

// An evaluation's figures for programs.
namespace unetsr::pipeline {

// "columns 0..43, against the truth"
std::string held_out_in_words(const report::EvaluateReport&, const report::EvaluatedRun&);

// runs: each run by itself; pools: what is put together over folds and seeds, with intervals, differences, strata and
// spectra. A figure that cannot be computed is null.
std::string metrics_json(const report::EvaluateReport&);

// One row for each entry of each pool; a figure is followed by the ends of its interval (_low, _high) and the standard
// deviation over the seeds (_sd). What cannot be computed is empty.
std::string metrics_csv(const report::EvaluateReport&);

}  // namespace unetsr::pipeline
