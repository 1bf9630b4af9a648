#pragma once
#include <limits>
#include <string>
#include <vector>

#include "pipeline/report/chart.hpp"

// The importance of features to a network, on the test cells of its run.
namespace unetsr::pipeline::report {

struct FeatureImportance {
  std::string feature;                // one, or a group of them (data/features/feature_groups.hpp)
  std::vector<std::string> channels;  // the features of the group, permuted together
  // Mean and standard deviation over the draws, when they are permuted among blocks of cells.
  double rmse_rise = 0, rmse_rise_sd = 0, r2_fall = 0, r2_fall_sd = 0;
  // Mean |integrated gradient| of a cell; NaN of groups, and where it was not computed.
  double attribution = std::numeric_limits<double>::quiet_NaN();
};

// Rises of the RMSE, the largest first: of one run with the standard deviation of the draws, of several their mean with
// that of the runs.
BarChart importance_bars(const std::string& title, const std::string& colour,
                         const std::vector<const std::vector<FeatureImportance>*>& runs);
BarChart attribution_bars(const std::string& title, const std::string& colour, const std::vector<FeatureImportance>&);

// Captions of the charts.
inline constexpr const char
    *importance_caption =
        "Rise of the RMSE on the test cells when a feature, or a group of them (`ndvi*`), is permuted among blocks of "
        "cells and all others are kept.",
    *shared_worth = "Correlated features share their importance: each may look unimportant while their group is not.",
    *attribution_caption =
        "Mean size of a feature's contribution to the prediction of a cell, by integrated gradients. It measures use, "
        "not benefit: a feature may move a map in the wrong direction.";

}  // namespace unetsr::pipeline::report
