#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/console/compute.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/report/evaluate_report.hpp"

// Scores finished runs on the cells that they held out, beside the baselines on the same cells, and writes
// OUT_DIR/metrics.json, OUT_DIR/metrics.csv and OUT_DIR/report.html.
namespace unetsr::pipeline {

struct EvaluateOptions {
  std::filesystem::path dataset;
  std::vector<std::filesystem::path> runs;
  std::filesystem::path out_directory;
  std::vector<Conservation> conserve;  // with truth: score networks' maps after these too, see Conserver
  std::string truth;  // granules: rasters of the true SIF, {window} stands for the window's label; empty: unknown
  std::vector<std::string> compare;  // maps of others, see data/formats/compared_map.hpp
  bool fill = false;                 // with truth: also score gaps filled as predict --fill does, see map_filling.hpp
  bool importance = false;           // of the inputs of each run of the honest protocol: see permutation_importance.hpp
  // The runs were trained on another dataset: score all cells, none of which may lie where and when they trained.
  bool independent = false;
  std::string reference;                   // name of the run whose RMSE the others' differ from; empty: none
  std::optional<std::string> memory = {};  // that may be taken, as in 2GB; none: half of what is left
  ComputeOptions compute;
  bool overwrite = false;
};

// Returns what the page shows.
report::EvaluateReport evaluate(const EvaluateOptions&, const Output&);

}  // namespace unetsr::pipeline
