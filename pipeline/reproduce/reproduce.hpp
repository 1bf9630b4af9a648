#pragma once
#include <filesystem>
#include <optional>

#include "pipeline/console/compute.hpp"
#include "pipeline/console/progress.hpp"

// Repeats the paper on its own tables: the paper's protocol, an audit of its scores, and the honest protocol on the
// same data. Writes OUT_DIR/metrics.json and OUT_DIR/report.html; runs already finished in OUT_DIR/runs are not trained
// again.
namespace unetsr::pipeline {

struct ReproduceOptions {
  std::filesystem::path tables_directory;  // the two aggregations of each window, as *3.5x7km*.csv and *7x14km*.csv
  std::filesystem::path out_directory;
  int seeds = 3;
  std::optional<int> epochs;  // of the paper's protocol: its 500; a quick run's honest part trains no longer either
  bool quick = false;         // one seed, few epochs: shows that everything works, not the scores
  ComputeOptions compute;
  bool overwrite = false;
};

void reproduce(const ReproduceOptions&, const Output&);

}  // namespace unetsr::pipeline
