#pragma once
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/train_options.hpp"

namespace unetsr::pipeline {

// The options of a training that starts from a run (train --from): what the run's weights belong with is the run's.
// Throws UsageError naming an option that asks for something else.
TrainOptions started_from(const FinishedRun&, TrainOptions asked);

}  // namespace unetsr::pipeline
