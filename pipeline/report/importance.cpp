#include "pipeline/report/importance.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

void largest_first(BarChart& chart) {
  std::stable_sort(chart.bars.begin(), chart.bars.end(), [](const Bar& a, const Bar& b) { return a.value > b.value; });
}

}  // namespace

BarChart importance_bars(const std::string& title, const std::string& colour,
                         const std::vector<const std::vector<FeatureImportance>*>& runs) {
  BarChart chart{title, "rise of the RMSE, " + sif_units, 4, {}, {}, "", "mean ± standard deviation"};
  for (const FeatureImportance& first : *runs.front()) {
    std::vector<double> rises;
    for (const auto* run : runs)
      for (const FeatureImportance& f : *run)
        if (f.feature == first.feature) rises.push_back(f.rmse_rise);
    const double rise = mean(rises), spread = rises.size() > 1 ? standard_deviation(rises) : first.rmse_rise_sd;
    chart.bars.push_back({first.feature, colour, rise});
    if (std::isfinite(spread)) chart.bars.back().whisker = Range{rise - spread, rise + spread};
  }
  largest_first(chart);
  return chart;
}

BarChart attribution_bars(const std::string& title, const std::string& colour,
                          const std::vector<FeatureImportance>& run) {
  BarChart chart{title, "mean |integrated gradient|, " + sif_units, 4, {}, {}, ""};
  for (const FeatureImportance& f : run)
    if (std::isfinite(f.attribution)) chart.bars.push_back({f.feature, colour, f.attribution});
  largest_first(chart);
  return chart;
}

}  // namespace unetsr::pipeline::report
