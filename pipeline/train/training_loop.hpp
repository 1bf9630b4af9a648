#pragma once
#include <functional>
#include <optional>
#include <string>

#include "nn/checkpoint.hpp"
#include "nn/trainer.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/train/history.hpp"
#include "pipeline/train/run_files.hpp"

namespace unetsr::pipeline {

// What the loop needs of a protocol.
struct TrainingTask {
  int epochs = 0, steps_per_epoch = 0;
  // Takes a step (counted from 0 over all epochs) on a batch that is a function of the step, and of the network as it
  // was at the first step of the draw, alone, so that a resumed run sees the same batches.
  std::function<void(nn::Trainer&, int64_t step, float learning_rate)> take_step;
  // The learning rate of a step.
  std::function<float(int64_t step)> learning_rate;
  // Scores the epoch, on cells that do not train; nothing where there are none.
  std::function<std::optional<Scores>(nn::Trainer&)> monitor;
  // The squared errors of all values that validate, in the same order for every network, by which an epoch is chosen
  // (epoch_choice.hpp); none: the last epoch counts.
  std::function<std::vector<double>(nn::Trainer&)> squared_errors;
  std::string scored = "validation";  // what the monitor scores
  int epochs_of_a_draw = 1;           // from one epoch that a run may be resumed at to the next
  int patience = 0;                   // epochs without a better monitored RMSE before stopping; 0: never
  std::string metadata;               // JSON that goes into every checkpoint
};

// Trains until the epochs are done or patience runs out; with `resume` goes on from last.h5. Writes last.h5 now and
// then and at the end, best.h5 after each epoch whose monitored RMSE is the best so far. At the end best.h5 keeps that
// epoch where it is clearly better than the last one, else it is the last one. Ctrl-C leaves a last.h5 to resume from.
void run_training_loop(const TrainingTask&, nn::Trainer&, const RunFiles&, bool resume, const std::string& title,
                       const Output&);

}  // namespace unetsr::pipeline
