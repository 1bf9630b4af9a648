#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/console/progress.hpp"
#include "pipeline/train/train.hpp"

namespace unetsr::pipeline {

struct CrossValidateOptions {
  TrainOptions training;  // the same in every run, but for `test`, `seed` and what follows from them; its `test` is
                          // the kind of folds: columns, blocks:CELLS, blocks:auto or window
  std::filesystem::path runs_directory;
  std::optional<int> folds;  // one for each window, otherwise 4
  int seeds = 1;             // training.seed and those after it
};

// The `test` of one fold.
std::string test_of_fold(const std::string& parts, int fold, int folds);
// The `test` of each. Without `folds` as many as there are windows, for parts that are windows, else 4. Throws
// UsageError naming the dataset's file.
std::vector<std::string> tests_of_folds(const std::string& parts, std::optional<int> folds,
                                        const std::filesystem::path& dataset, int windows);

// Trains every fold with every seed, each as train() would, into RUNS_DIR/fold-FOLD-seed-SEED. Runs that stand there
// are kept, and those that were stopped go on. Throws UsageError before anything is trained where a fold cannot be cut.
void crossvalidate(const CrossValidateOptions&, const Output&);

}  // namespace unetsr::pipeline
