#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/scores/metrics.hpp"
#include "pipeline/report/content.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/report/importance.hpp"

namespace unetsr::pipeline::report {

// What a network makes of its inputs.
struct ExplainReport {
  std::string dataset, run, model;  // file name; the run directory's name; unet, sifnet, ...
  std::string held_out;             // in words
  ScoredAgainst scored_against = ScoredAgainst::target;
  data::Metrics metrics;                      // of the unchanged inputs
  std::vector<FeatureImportance> importance;  // the most important first
  int draws = 0, block_cells = 0;             // of the permutations; side of a block that changes places
  uint64_t seed = 0;                          // of the first draw

  // Integrated gradients: see Attributions.
  int steps = 0;
  int64_t explained_cells = 0;
  double change = 0, attributed = 0, gap = 0;
  std::vector<std::string> channels;
  std::vector<std::string> windows;  // that hold explained cells
  data::Grid grid;                   // of the pictures
  std::vector<float> attributions;   // (windows, channels, rows, columns): pictures

  RunProvenance provenance;
};

// The whole page: one HTML text that needs nothing else.
std::string explain_page(const ExplainReport&);

}  // namespace unetsr::pipeline::report
