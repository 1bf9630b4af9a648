#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nn/ensemble.hpp"
#include "nn/model_spec.hpp"
#include "pipeline/train/training_loop.hpp"

// The networks of a run: one, or several that differ in their initial weights and in the order of their patches, and
// whose mean is the run's map. Chance in the training of a single network has less effect on the mean.
namespace unetsr::pipeline {

struct MembersTask {
  nn::ModelSpec spec;
  int count = 1;
  uint64_t seed = 1;
  nn::Execution execution;
  kernels::Loss loss;
  kernels::Adam adam;
  std::vector<std::vector<float>> start;  // the weights that each begins with; none: initialised by the seed
  // Makes the training task of a member, counted from 0; called right before its training.
  std::function<TrainingTask(nn::Trainer&, int member)> task_of;
};

// One after the other, each as run_training_loop trains it.
void train_members(const MembersTask&, const RunFiles&, bool resume, const std::string& title, const Output&);

// `best` or last of each. `read_metadata` is given that of the first. Throws Error naming the file that is missing or
// torn, or whose network is of another kind.
std::shared_ptr<nn::Ensemble> load_members(const RunFiles&, int count, bool best, const nn::Execution&,
                                           const std::function<void(const nn::Checkpoint&)>& read_metadata = {});

}  // namespace unetsr::pipeline
