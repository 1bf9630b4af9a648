#pragma once
#include <limits>
#include <string>
#include <vector>

#include "pipeline/report/chart.hpp"

// What channels are worth to a network, on the cells that its run held out.
namespace unetsr::pipeline::report {

struct FeatureImportance {
  std::string feature;                // a channel, or a group of them (data/features/feature_groups.hpp)
  std::vector<std::string> channels;  // which: permuted together
  // Mean and standard deviation over the draws, when the channels are permuted among blocks of cells.
  double rmse_rise = 0, rmse_rise_sd = 0, r2_fall = 0, r2_fall_sd = 0;
  // Mean |integrated gradient| of a cell; NaN of groups, and where it was not asked for.
  double attribution = std::numeric_limits<double>::quiet_NaN();
};

// Rises of the RMSE, the largest first: of one run with the standard deviation of the draws, of several their mean with
// that of the runs.
BarChart importance_bars(const std::string& title, const std::string& colour,
                         const std::vector<const std::vector<FeatureImportance>*>& runs);
BarChart attribution_bars(const std::string& title, const std::string& colour, const std::vector<FeatureImportance>&);

// What the charts say and do not say.
inline constexpr const char
    *importance_caption =
        "How much the error on the held-out cells rises when a channel, or a group that belongs "
        "together (`ndvi*`), is permuted among blocks of cells and all else is kept",
    *shared_worth = "Channels that say the same share their worth: each may look unimportant, and their group is not.",
    *attribution_caption =
        "How far each channel moves the prediction of a cell, by integrated gradients. That is use, "
        "not worth: a channel may move a map in the wrong direction.";

}  // namespace unetsr::pipeline::report
