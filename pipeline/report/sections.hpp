#pragma once
#include "pipeline/report/chart.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/report/map_viewer.hpp"
#include "pipeline/report/page.hpp"
#include "pipeline/report/reproduce_report.hpp"
#include "pipeline/report/table.hpp"

// The sections that the two pages are put together from.
namespace unetsr::pipeline::report {

inline const std::string sif_units = "mW\u00a0m⁻²\u00a0sr⁻¹\u00a0nm⁻¹";

// The row of this name, or null.
const ScoreRow* find_row(const std::vector<ScoreRow>& rows, const std::string& name);
// The best mean R2 among the rows that are baselines, or that are not; null without such a row.
const ScoreRow* best_row(const std::vector<ScoreRow>& rows, bool baseline);

Html provenance_section(const RunProvenance&);
// RMSE, MAE, R2 and loss over epochs, with further series on the R2 panel. `monitored`: what the scores are of.
Html curve_panels(const std::vector<Curve>&, const std::string& monitored, const std::vector<Series>& further_r2 = {});
// Coarse, target, each prediction and its error, on one scale: side by side, and of several windows in a live map,
// there with errors only where they mean something.
Html window_map_row(const WindowMaps&, const MapFrame&);
Html window_viewer(const std::string& id, const std::vector<WindowMaps>&, const MapFrame&,
                   const std::string& target_name = "Target", bool with_errors = true);
// `counted`: what a pair is of.
Html scatter_panels(const std::vector<PredictionPairs>&, const std::string& counted = "cells");

Html paper_tables_section(const ReproduceReport&);
Html audit_section(const ReproduceReport&);
Html honest_section(const ReproduceReport&);
Html paper_figures_section(const ReproduceReport&);

// Table III of the paper, last of 500 epochs.
struct PublishedScore {
  const char* name;
  double r2, mae, rmse;
};
inline constexpr PublishedScore published_scores[] = {{"unet", 0.9692, 0.0711, 0.0956},
                                                      {"paper-cnn", 0.5300, 0.2850, 0.3731}};

}  // namespace unetsr::pipeline::report
