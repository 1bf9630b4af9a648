#pragma once
#include "pipeline/train/training_task.hpp"

namespace unetsr::pipeline {

// Learns from the soundings themselves (FootprintProtocol), then fits the uncertainty of the run's maps. With --resume
// it continues the training, and fits the uncertainty where that is missing.
void train_on_footprints(const Training&);

}  // namespace unetsr::pipeline
