#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/metrics.hpp"
#include "data/split.hpp"
#include "pipeline/coverage.hpp"
#include "pipeline/report/content.hpp"

namespace unetsr::pipeline::report {

struct EvaluatedBaseline {
  std::string name;  // coarse, linear, linear-5x5, ...; of conserved maps: footprints, blocks
  data::Metrics metrics;
};

// One finished run, scored on the cells it held out.
struct EvaluatedRun {
  std::string name, model;  // the run directory's name; unet, sifnet, ...
  uint64_t seed = 0;
  bool leaky = false;    // trained with the paper's protocol
  std::string held_out;  // "columns 0-43 of 173 (fold 1 of 4)"; runs of equal text are compared in one table
  std::vector<std::string> features;
  int64_t parameters = 0;
  int epochs = 0;
  double seconds = 0;
  data::Metrics metrics;
  std::vector<Coverage> coverage;            // of the map's intervals, where the run has an uncertainty
  std::vector<EvaluatedBaseline> conserved;  // the run's map after a conservation, on the same cells
  std::vector<EvaluatedBaseline> baselines;  // on the same cells
  std::vector<Epoch> history;
  std::optional<data::Split> split;
  std::vector<float> prediction;  // (windows, rows, columns); NaN off the scored cells
};

struct EvaluateReport {
  std::string dataset;               // file name
  std::vector<std::string> windows;  // labels
  data::Grid grid;
  std::vector<float> coarse, target;       // (windows, rows, columns)
  std::optional<double> noise_ceiling_r2;  // pooled
  std::vector<EvaluatedRun> runs;
  RunProvenance provenance;
};

// The whole page: one HTML text that needs nothing else.
std::string evaluate_page(const EvaluateReport&);

}  // namespace unetsr::pipeline::report
