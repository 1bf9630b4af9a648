#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/console/progress.hpp"
#include "pipeline/train/train_options.hpp"

// The effect of single features and of the network on the error: trains a reference, and variations of it, into
// OUT_DIR/runs, evaluates all together into OUT_DIR/report, and writes OUT_DIR/ablation.csv, OUT_DIR/ablation.json and
// the page OUT_DIR/ablation.html, sorted by the difference of the RMSE from the reference's.
namespace unetsr::pipeline {

struct AblateOptions {
  TrainOptions training;            // of the reference; its `test` is not used
  std::optional<std::string> test;  // blocks:auto:0/4, or, with folds, blocks:auto
  std::filesystem::path out_directory;
  // One variation each: features, with commas between, that are taken away from the reference or added to it; "ndvi*"
  // is all of a group (data/features/feature_groups.hpp).
  std::vector<std::string> without, with;
  std::string models;              // one variation each, with commas between
  std::vector<std::string> seeds;  // of every variation; empty: training.seed
  std::optional<int> folds;        // what `test` holds out alone
  std::string score_truth;         // granules: rasters of the true SIF to score against; empty: as evaluate() does
  bool overwrite = false;          // tables and report; finished runs stay
};

// All trainings have the test cells of the reference, and the widest buffer that one of them needs. Throws UsageError
// before anything is trained: no variation, an unknown feature, model or seed, what train() and crossvalidate() refuse.
void ablate(const AblateOptions&, const Output&);

}  // namespace unetsr::pipeline
