#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

Html correlation_part(const ReproduceReport& r) {
  if (!r.correlation || r.correlation->names.empty()) return not_available("Correlations were not computed.");
  return heat_map({fmt::format("Pearson's r between SIF and the MODIS bands{}. Red is positive, blue negative.",
                               r.correlation_cells.empty() ? "" : ", " + r.correlation_cells),
                   r.correlation->names,
                   r.correlation->r,
                   {ColourMap::diverging, -1, 1}});
}

Html with_bar(const Html& map, const ColourScale& scale, const std::string& label) {
  return element("div", {}, map + colour_bar(scale, label));
}

Html lbp_part(const ReproduceReport& r) {
  if (r.lbp.empty()) return not_available("No LBP maps were made.");
  const MapFrame frame{r.grid.rows, r.grid.columns, r.grid};
  Html part;
  for (const LbpMaps& maps : r.lbp) {
    const auto scale_of = [](const std::vector<float>& values) {
      const std::span<const float> one[] = {values};
      const Range range = quantile_range(one, 0, 1);
      return ColourScale{ColourMap::sequential, range.low, range.high};
    };
    const std::span<const float> coarse[] = {maps.coarse};
    const ColourScale sif = shared_scale(coarse), paper = scale_of(maps.paper), standard = scale_of(maps.standard);
    part += figure(
        map_row(3,
                with_bar(map_panel("Coarse SIF", maps.coarse, frame, sif), sif, sif_units) +
                    with_bar(map_panel("LBP, the paper's variant", maps.paper, frame, paper), paper, "code × 0.5") +
                    with_bar(map_panel("LBP, standard", maps.standard, frame, standard), standard, "code"),
                {}),
        maps.window +
            ". Local binary patterns (8 neighbours, radius 1) of the coarse SIF. The paper's variant fills missing "
            "cells with zeros first, so it codes the gaps as texture. In the standard one a code that needs a missing "
            "cell is missing (hatched).");
  }
  return part;
}

Html point_part(const ReproduceReport& r) {
  if (!r.point || r.point->actual.empty()) return not_available("No series at a point was recorded.");
  const PointSeries& point = *r.point;
  std::vector<size_t> order(point.actual.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return point.actual[a] < point.actual[b]; });
  const auto series = [&](const std::string& name, const std::string& colour, const std::vector<float>& y) {
    Series s{name, colour, {}, {}};
    for (size_t i = 0; i < order.size(); ++i) {
      s.x.push_back(double(i + 1));
      s.y.push_back(order[i] < y.size() ? double(y[order[i]]) : NAN);
    }
    return s;
  };
  const Series actual = series("Actual", "ink", point.actual);
  std::vector<std::span<const float>> values = {point.actual};
  for (const auto& p : point.predictions) values.push_back(p.values);
  Range range = quantile_range(values, 0, 1);
  const double margin = 0.05 * (range.high - range.low);
  range = {range.low - margin, range.high + margin};
  Html drawn;
  for (const auto& p : point.predictions) {
    Series predicted = series(display_name(p.model), series_colour(p.model), p.values);
    predicted.shape = SeriesShape::dots;
    LineChart chart{predicted.name,
                    {.label = "test crop, in order of actual SIF"},
                    {.label = data::sif_name({}) + ", " + sif_units, .range = range},
                    {actual, predicted}};
    drawn += line_chart(chart);
  }
  return figure(
      chart_group(drawn),
      fmt::format(
          "Predicted and actual SIF at row {}, column {} of each of the {} test crops, in the order of the actual "
          "value. Where the actual value is 0 the cell is empty: the paper scores it as data.",
          point.row, point.column, point.actual.size()),
      true);
}

Html sample_part(const ReproduceReport& r) {
  if (r.samples.empty()) return not_available("No sample prediction was kept.");
  Html part;
  for (const SampleCrop& crop : r.samples)
    part += figure(
        window_map_row({crop.window, crop.coarse, crop.target, crop.predictions}, {crop.side, crop.side, {}}),
        fmt::format(
            "One test crop of {} × {} cells, {}, drawn with square cells as in the paper: input, target, and each "
            "network's prediction with its error on the scales below.",
            crop.side, crop.side, crop.window),
        true);
  return part;
}

}  // namespace

Html paper_figures_section(const ReproduceReport& r) {
  Html section = subheading("Correlation of the bands with SIF") + correlation_part(r);
  section += subheading("Local binary patterns") + lbp_part(r);
  section += subheading("Predicted against actual, at one point") + point_part(r);
  section += subheading("Predicted against actual, all test pixels");
  section +=
      r.paper_scatter.empty()
          ? not_available("No pairs of prediction and target were kept.")
          : figure(scatter_panels(r.paper_scatter),
                   "All pixels of the test crops; brighter is more pixels (logarithmic). The dashed line is perfect "
                   "agreement; the pile at 0 is empty cells.",
                   true);
  section += subheading("Training over epochs");
  if (r.paper_curves.empty()) {
    section += not_available("No training history was kept.");
  } else {
    const Series milestones{"U-Net, the paper's record",
                            "ink",
                            {89, 259, 350, 440, 500},
                            {0.85, 0.88, 0.91, 0.95, 0.9692},
                            SeriesShape::dots};
    section += figure(
        curve_panels(r.paper_curves, "test crops", {milestones}),
        "One line a seed. Dots mark what the paper's own U-Net had reached: R² 0.85 at epoch 89, 0.88 at 259, 0.91 at "
        "350, 0.95 at 440, and 0.9692 in its table. The axes of RMSE and MAE omit the first, far larger values.",
        true);
  }
  return section + subheading("A sample prediction") + sample_part(r);
}

}  // namespace unetsr::pipeline::report
