#include "pipeline/crossvalidate.hpp"

#include <fmt/format.h>

#include <chrono>

#include "data/dataset_file.hpp"
#include "kernels/error.hpp"

namespace unetsr::pipeline {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int usual_folds = 4;

int folds_of(const CrossValidateOptions& o) {
  if (o.training.test != "window") return o.folds > 0 ? o.folds : usual_folds;
  const int windows = int(data::DatasetFile(o.training.dataset).description().windows.size());
  if (o.folds > 0 && o.folds != windows)
    throw UsageError(fmt::format("--folds {} with --test window: {} has {} windows, one for each fold", o.folds,
                                 o.training.dataset.string(), windows));
  return windows;
}

}  // namespace

std::string test_of_fold(const std::string& parts, int fold, int folds) {
  const bool blocks = parts.starts_with("blocks:") && parts.find('/') == std::string::npos;
  if (parts == "window") return fmt::format("window:{}", fold);
  if (parts == "columns" || blocks) return fmt::format("{}:{}/{}", parts, fold, folds);
  throw UsageError("--test " + parts +
                   ": take columns, blocks:CELLS, blocks:auto or window; all folds are gone through");
}

void crossvalidate(const CrossValidateOptions& o, const Output& output) {
  if (o.training.protocol == Protocol::paper)
    throw UsageError("--protocol paper holds nothing out that could be gone through in folds; train it by itself");
  if (o.seeds < 1) throw UsageError("--seeds must be at least 1");
  if (o.folds < 0 || o.folds == 1) throw UsageError("--folds must be at least 2");
  const int folds = folds_of(o), runs = folds * o.seeds;
  std::vector<std::string> tests;
  for (int fold = 0; fold < folds; ++fold) tests.push_back(test_of_fold(o.training.test, fold, folds));
  check_held_out(o.training, tests);

  const Clock::time_point start = Clock::now();
  for (int run = 0; run < runs; ++run) {
    const int fold = run % folds;
    TrainOptions training = o.training;
    training.test = tests[size_t(fold)];
    training.seed += uint64_t(run / folds);
    training.run_directory = o.runs_directory / fmt::format("fold-{}-seed-{}", fold, training.seed);
    training.resume = !o.training.overwrite;
    const double passed = std::chrono::duration<double>(Clock::now() - start).count();
    output.line(fmt::format("run {} of {}: {}{}", run + 1, runs, training.run_directory.filename().string(),
                            run == 0 ? "" : ", " + format_duration(passed) + " so far"));
    train(training, output);
  }
  output.line(fmt::format("{} runs are done; score them with: unetsr evaluate {} {} OUT_DIR", runs,
                          o.training.dataset.string(), (o.runs_directory / "fold-*").string()));
}

}  // namespace unetsr::pipeline
