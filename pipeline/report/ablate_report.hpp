#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/scores/map_metrics.hpp"
#include "data/scores/metrics.hpp"
#include "pipeline/report/content.hpp"
#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline::report {

// One variation beside the reference, on the same cells.
struct AblatedEntry {
  std::string name, model;
  std::vector<std::string> features;
  int64_t parameters = 0;
  int folds = 0, seeds = 0;
  data::Metrics metrics;                // pooled over the folds, the mean over the seeds
  std::optional<data::Metrics> spread;  // over the seeds
  data::Estimate rmse_difference;       // from the reference; of the reference itself 0
};

// What features and the shape of a network contribute.
struct AblateReport {
  std::string dataset, held_out;  // file name; in words
  ScoredAgainst scored_against = ScoredAgainst::target;
  bool leaky = false;                 // trained with the paper's protocol
  std::vector<AblatedEntry> entries;  // the one named "reference" among them, the lowest difference first
  RunProvenance provenance;
};

// The whole page: one HTML text that needs nothing else.
std::string ablate_page(const AblateReport&);

}  // namespace unetsr::pipeline::report
