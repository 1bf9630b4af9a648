#pragma once
#include <vector>

#include "pipeline/train/train.hpp"

namespace unetsr::pipeline {

// Trains one run after the other, each as train() would. Those that stand in their directories are kept, and those that
// were stopped go on; with `overwrite` they are trained anew. Prints which run it begins. Several processes take the
// runs in turn; each trains its own alone, and returns when all are trained.
void train_runs(const std::vector<TrainOptions>&, const Output&);

}  // namespace unetsr::pipeline
