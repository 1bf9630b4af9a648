#include "pipeline/train_runs.hpp"

#include <fmt/format.h>

#include <chrono>

namespace unetsr::pipeline {

void train_runs(const std::vector<TrainOptions>& runs, const Output& output) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  for (size_t i = 0; i < runs.size(); ++i) {
    TrainOptions training = runs[i];
    training.resume = !training.overwrite;
    const double passed = std::chrono::duration<double>(Clock::now() - start).count();
    output.line(fmt::format("run {} of {}: {}{}", i + 1, runs.size(), training.run_directory.filename().string(),
                            i == 0 ? "" : ", " + format_duration(passed) + " so far"));
    train(training, output);
  }
}

}  // namespace unetsr::pipeline
