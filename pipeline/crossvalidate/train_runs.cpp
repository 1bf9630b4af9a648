#include "pipeline/crossvalidate/train_runs.hpp"

#include <fmt/format.h>

#include <chrono>

#include "pipeline/console/progress.hpp"

namespace unetsr::pipeline {

void train_runs(const std::vector<TrainOptions>& runs, const Output& output) {
  const auto start = std::chrono::steady_clock::now();
  for (size_t i = 0; i < runs.size(); ++i) {
    TrainOptions training = runs[i];
    training.resume = !training.overwrite;
    output.line(fmt::format("\nrun {} of {}: {}{}", i + 1, runs.size(), training.run_directory.filename().string(),
                            i == 0 ? "" : "; time so far " + format_duration(seconds_since(start))));
    train(training, output.of_a_step());
  }
}

}  // namespace unetsr::pipeline
