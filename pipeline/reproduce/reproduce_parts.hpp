#pragma once
#include "data/dataset/dataset.hpp"
#include "pipeline/report/reproduce_report.hpp"
#include "pipeline/reproduce/reproduce.hpp"
#include "pipeline/train/finished_run.hpp"

namespace unetsr::pipeline {

// Trains the paper's networks by the paper's protocol and fills in the report's tables, audit, curves and samples.
void reproduce_paper(const data::Dataset&, const std::filesystem::path& dataset_file, const ReproduceOptions&,
                     const Output&, report::ReproduceReport&);

// The same models and baselines by the honest protocol: folds of columns, and from each window to the other.
void reproduce_honest(const data::Dataset&, const std::filesystem::path& dataset_file, const ReproduceOptions&,
                      const Output&, report::ReproduceReport&);

// Trains, or goes on with, or finds finished, the run of these options in OUT_DIR/runs.
FinishedRun train_or_open(TrainOptions, const std::string& name, const ReproduceOptions&, const Output&);

}  // namespace unetsr::pipeline
