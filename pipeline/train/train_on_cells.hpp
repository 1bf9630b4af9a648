#pragma once
#include "pipeline/train/training_task.hpp"

// Trainings that have a target for each cell of a patch.
namespace unetsr::pipeline {

// The paper's protocol.
void train_paper(const Training&);

// The honest protocol: Wald's, gridded soundings, or the truth.
void train_on_cells(const Training&);

}  // namespace unetsr::pipeline
