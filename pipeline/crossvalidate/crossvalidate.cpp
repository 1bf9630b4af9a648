#include "pipeline/crossvalidate/crossvalidate.hpp"

#include <fmt/format.h>

#include "kernels/error.hpp"
#include "pipeline/console/free_name.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/crossvalidate/train_runs.hpp"
#include "pipeline/train/training_data.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int default_folds = 4;

// Those of the folds. The dataset is read, and freed before the first training reads it.
std::vector<std::string> checked_tests(const CrossValidateOptions& o, const Output& output) {
  const TrainingData data = open_training_data(o.training, output);
  const std::vector<std::string> tests =
      tests_of_folds(o.training.test, o.folds, o.training.dataset, int(data.dataset.windows.size()));
  check_held_out(o.training, data.dataset, tests, data.soundings.get());
  return tests;
}

}  // namespace

std::string test_of_fold(const std::string& parts, int fold, int folds) {
  const bool blocks = parts.starts_with("blocks:") && parts.find('/') == std::string::npos;
  if (parts == "window") return fmt::format("window:{}", fold);
  if (parts == "columns" || blocks) return fmt::format("{}:{}/{}", parts, fold, folds);
  throw UsageError("--test " + parts + ": take columns, blocks:CELLS, blocks:auto or window; every fold is trained");
}

std::vector<std::string> tests_of_folds(const std::string& parts, std::optional<int> folds,
                                        const std::filesystem::path& dataset, int windows) {
  const bool by_window = parts == "window";
  if (by_window && folds && *folds != windows)
    throw UsageError(fmt::format("--folds {} with --test window: {} has {} windows, one for each fold", *folds,
                                 dataset.string(), windows));
  const int count = by_window ? windows : folds.value_or(default_folds);
  std::vector<std::string> tests;
  for (int fold = 0; fold < count; ++fold) tests.push_back(test_of_fold(parts, fold, count));
  return tests;
}

void crossvalidate(const CrossValidateOptions& o, const Output& output) {
  if (o.training.protocol == Protocol::paper)
    throw UsageError("--protocol paper has no folds: its test crops are random; use unetsr train");
  require_in_range("seeds", o.seeds, seed_count_range);
  require_in_range("folds", o.folds, fold_range);
  const std::vector<std::string> tests = checked_tests(o, output);

  std::vector<TrainOptions> runs;
  for (int seed = 0; seed < o.seeds; ++seed)
    for (size_t fold = 0; fold < tests.size(); ++fold) {
      runs.push_back(o.training);
      runs.back().test = tests[fold];
      runs.back().seed += uint64_t(seed);
      runs.back().run_directory = o.runs_directory / fmt::format("fold-{}-seed-{}", fold, runs.back().seed);
    }
  train_runs(runs, output);
  output.line(fmt::format("wrote {}: {} runs", o.runs_directory.string(), runs.size()));
  output.next({fmt::format("unetsr evaluate {} {}/fold-* {}", shell_text(o.training.dataset.string()),
                           shell_text(o.runs_directory.string()),
                           shell_text(free_name("report-" + o.runs_directory.filename().string()).string()))});
}

}  // namespace unetsr::pipeline
