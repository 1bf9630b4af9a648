#include "pipeline/crossvalidate/train_runs.hpp"

#include <fmt/format.h>

#include <chrono>

#include "pipeline/console/progress.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {

void train_runs(const std::vector<TrainOptions>& runs, const Output& output) {
  const auto start = std::chrono::steady_clock::now();
  const Processes& all = processes();
  all.wait_for_all();  // what was checked before stays as it was until all have checked it
  for (size_t i = 0; i < runs.size(); ++i) {
    if (int(i) % all.size() != all.rank()) continue;
    const WorkAlone alone;
    TrainOptions training = runs[i];
    training.resume = !training.overwrite;
    output.line(fmt::format("\nrun {} of {}: {}{}", i + 1, runs.size(), training.run_directory.filename().string(),
                            i == 0 ? "" : "; time so far " + format_duration(seconds_since(start))));
    train(training, output.of_a_step());
  }
  all.wait_for_all();
}

}  // namespace unetsr::pipeline
