#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/scores/correlation.hpp"
#include "pipeline/report/content.hpp"

namespace unetsr::pipeline::report {

// What the score of the paper's protocol is made of.
struct ProtocolAudit {
  // Share of the pixels of the test crops that also lie in a training crop; one value a seed.
  std::vector<double> shared_pixel_fraction;
  // R2 of the least-squares fit of the target on the inputs.
  struct LinearFit {
    std::string cells;                // "25 May - 9 June 2019", or "both windows pooled"
    std::vector<std::string> inputs;  // feature names
    double r2 = 0;
    bool pooled = false;
  };
  std::vector<LinearFit> linear_fits;
  // The U-Net in the same protocol, trained without sif_difference.
  std::optional<ScoreRow> unet_without_difference;
};

// The honest protocol: nothing that is scored was seen in training.
struct HonestPart {
  std::vector<std::string> features;
  int folds = 0, buffer_cells = 0, epochs = 0;
  int64_t scored_cells = 0;
  std::optional<int64_t> training_cells_near_test;  // closer than the buffer; must be 0
  std::vector<ScoreRow> columns;                    // folds of whole columns, pooled over the folds
  struct Transfer {
    std::string train, test;  // window labels
    std::vector<ScoreRow> rows;
  };
  std::vector<Transfer> windows;  // trained on one window, tested on the other
  // What a perfect prediction of the noise-free signal would reach.
  struct Ceiling {
    std::string cells;  // window label, or "both windows pooled"
    double noise = 0;   // standard deviation of the target's cell-to-cell noise
    double r2 = 0;
    bool pooled = false;
  };
  std::vector<Ceiling> ceilings;
  std::vector<WindowMaps> maps;  // predictions: each cell from the fold that held it out
  std::vector<PredictionPairs> scatter;
};

// One square test crop; rows in the grid's order.
struct SampleCrop {
  std::string window;
  int side = 40;
  std::vector<float> coarse, target;
  std::vector<WindowMaps::Prediction> predictions;
};

// Prediction and target at one position of the crops (the paper plots one), over the test crops.
struct PointSeries {
  int row = 0, column = 0;
  std::vector<float> actual;  // one a test crop
  std::vector<WindowMaps::Prediction> predictions;
};

// Local binary patterns of the coarse SIF of one window, rows x columns.
struct LbpMaps {
  std::string window;
  std::vector<float> coarse, paper, standard;
};

struct ReproduceReport {
  bool quick = false;  // few epochs: shows that everything works, not the scores
  int seeds = 0, paper_epochs = 0;
  std::vector<std::string> windows;  // labels
  data::Grid grid;
  std::vector<int64_t> cells_per_window;  // with a target

  std::vector<ScoreRow> paper_scores;  // unet, paper-cnn, coarse, linear, in the paper's protocol
  std::vector<ScoreRow> crop_draws;    // coarse, linear, over many more draws of its crops
  std::optional<ProtocolAudit> audit;
  std::optional<HonestPart> honest;

  std::optional<data::CorrelationMatrix> correlation;
  std::string correlation_cells;  // which cells the correlations are of
  std::vector<LbpMaps> lbp;
  std::optional<PointSeries> point;
  std::vector<PredictionPairs> paper_scatter;
  std::vector<Curve> paper_curves;
  std::vector<SampleCrop> samples;

  RunProvenance provenance;
};

// The whole page: one HTML text that needs nothing else.
std::string reproduce_page(const ReproduceReport&);

}  // namespace unetsr::pipeline::report
