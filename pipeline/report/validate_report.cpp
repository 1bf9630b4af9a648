#include "pipeline/report/validate_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

constexpr int decimals = 3;

std::string name_of(const ValidatedEntry& e) {
  const size_t comma = e.name.find(", ");
  return e.baseline ? display_name(e.name.substr(0, comma)) + (comma == std::string::npos ? "" : e.name.substr(comma))
                    : e.name;
}

Html heading_of(const ValidatedEntry& e) {
  const Html name = escape(name_of(e));
  return e.baseline ? name : name + element("span", {{"class", "tag mine"}}, escape("your map"));
}

Html small(const std::string& text) {
  return element("span", {{"class", "interval"}}, escape(text));
}

std::string in_words(const data::Interval& interval) {
  return fmt::format("{} to {}", fixed(interval.low, decimals), fixed(interval.high, decimals));
}

Cell cell_of(double value, const std::optional<data::Interval>& interval = {}) {
  Html cell = escape(fixed(value, decimals));
  if (interval) cell += small(in_words(*interval));
  return {cell, value};
}

bool any_truth(const ValidateReport& r) {
  return std::any_of(r.entries.begin(), r.entries.end(), [](const auto& e) { return e.truth.has_value(); });
}

double best_r(const ValidateReport& r) {
  return std::sqrt(std::max(0.0, r.ceiling_r2()));
}

Html headline(const ValidateReport& r) {
  const ValidatedEntry& first = r.entries.front();
  std::string text = fmt::format(
      "On {} footprints of {} the mean of `{}` has the correlation {} with the measurements and differs from them by {} {} (RMSE). Their "
      "own noise is {}: {} of the variance of its values. A perfect map would have the correlation {}.",
      with_thousands(r.footprints), joined(r.sensors, " and "), first.name, fixed(first.r, decimals),
      fixed(first.metrics.rmse, decimals), sif_units, fixed(r.noise, decimals),
      percent(std::min(1.0, r.noise_share), 0), fixed(best_r(r), decimals));
  if (r.provenance.simulated)
    text += " The footprints are of " + data::simulated_scene(r.provenance.world) + ", not measurements.";
  std::vector<KeyFigure> figures = {
      {"Correlation with the measurements", fixed(first.r, decimals),
       fmt::format("A perfect map would have about {}.", fixed(best_r(r), decimals))},
      {"RMSE, " + sif_units, fixed(first.metrics.rmse, decimals),
       fmt::format("{}Without the noise {}.",
                   first.intervals.rmse ? "95 % interval " + in_words(*first.intervals.rmse) + ". " : "",
                   fixed(first.clear_rmse, decimals))},
      {"Cross-mission slope", fixed(first.scale, decimals),
       fmt::format("Measured over mapped, through the origin. RMSE after it: {}.",
                   fixed(first.scaled.rmse, decimals))}};
  if (std::isfinite(first.skill.value))
    figures.push_back({"Skill", fixed(first.skill.value, decimals),
                       "1 less the squared error over that of the coarse SIF on the same footprints."});
  else
    figures.push_back(
        {"Bias, " + sif_units, fixed(first.metrics.bias, decimals), "Mean of map minus measurement. 0 is best."});
  return element("p", {{"class", "verdict"}}, prose(text)) + key_figures(figures);
}

Html residual_maps(const ValidateReport& r) {
  constexpr size_t most = 6;
  MapViewer viewer{
      "residuals", {r.residual_grid.rows, r.residual_grid.columns, r.residual_grid}, {"all windows"}, {}, {}, "", ""};
  std::vector<std::span<const float>> rasters;
  for (size_t i = 0; i < std::min(r.entries.size(), most); ++i) {
    rasters.emplace_back(r.residuals[i]);
    viewer.layers.push_back({"Measured minus " + name_of(r.entries[i]), 0, 0, rasters.back()});
  }
  viewer.scales = {{error_scale(rasters), "measured minus map, " + sif_units}};
  viewer.left = viewer.layers.front().name;
  viewer.right = viewer.layers.back().name;
  return figure(
      map_viewer(viewer),
      "Mean over the footprints in a block of cells of the measurement minus the map. No data: no footprints.");
}

Html difference_cell_html(const ValidatedEntry& e) {
  if (!std::isfinite(e.less_first.value)) return escape("–");
  Html cell = escape(fixed(e.less_first.value, decimals));
  if (e.less_first.interval) cell += small(in_words(*e.less_first.interval));
  return cell;
}

Html score_table(const ValidateReport& r) {
  const bool skill = !r.skill_reference.empty(), truth = any_truth(r);
  std::string caption = fmt::format(
      "All maps on the same {} footprints of {} days. RMSE and bias are in {}; bias: map minus measurement; slope: of the map's "
      "means on the measurements, whose noise makes it smaller; no noise: RMSE without their noise.",
      with_thousands(r.footprints), r.days, sif_units);
  if (skill)
    caption += fmt::format(" Skill: 1 less the squared error over that of “{}”.", display_name(r.skill_reference));
  if (truth) caption += " Truth: RMSE of the map's means against those of the known truth.";
  if (r.entries.front().intervals.rmse)
    caption += fmt::format(
        " Small figures: 95 % intervals, with correlated errors accounted for by windows of {} × {} cells.{}",
        r.window_cells, r.window_cells,
        r.too_narrow ? " Errors are correlated too far for the area: the intervals are too narrow." : "");
  Table t{caption,
          false,
          {{"Map", false},
           {"r"},
           {"Slope", true, Better::near_1},
           {"Bias", true, Better::near_0},
           {"RMSE", true, Better::low},
           {"No noise", true, Better::low},
           {"RMSE minus the first map's", true, Better::low}},
          {},
          true};
  if (skill) t.columns.push_back({"Skill"});
  if (truth) t.columns.push_back({"Truth", true, Better::low});
  for (const ValidatedEntry& e : r.entries) {
    Table::Row row{{heading_of(e),
                    cell_of(e.r),
                    cell_of(e.metrics.slope, e.intervals.slope),
                    cell_of(e.metrics.bias, e.intervals.bias),
                    cell_of(e.metrics.rmse, e.intervals.rmse),
                    cell_of(e.clear_rmse),
                    {difference_cell_html(e), e.less_first.value}},
                   e.baseline ? "baseline" : "mine"};
    if (skill) row.cells.push_back(cell_of(e.skill.value, e.skill.interval));
    if (truth) row.cells.push_back(cell_of(e.truth ? e.truth->rmse : NAN));
    t.rows.push_back(std::move(row));
  }
  return table(t);
}

Html slope_table(const ValidateReport& r) {
  Table t{
      "The same after each map was multiplied by its own cross-mission slope, the slope of the measurements on the map through "
      "the origin: the missions' calibrations differ, and one factor removes that.",
      false,
      {{"Map", false},
       {"Cross-mission slope", true, Better::near_1},
       {"R²"},
       {"Bias", true, Better::near_0},
       {"RMSE", true, Better::low}},
      {},
      true};
  for (const ValidatedEntry& e : r.entries)
    t.rows.push_back(
        {{heading_of(e), cell_of(e.scale), cell_of(e.scaled.r2, e.scaled_intervals.r2),
          cell_of(e.scaled.bias, e.scaled_intervals.bias), cell_of(e.scaled.rmse, e.scaled_intervals.rmse)},
         e.baseline ? "baseline" : "mine"});
  return subheading("After one slope") + table(t);
}

Html coverage_part(const ValidateReport& r) {
  Table t{
      "Share of the measurements inside the intervals that follow from their sigma and the map's standard deviation, "
      "after the slope. Most of an interval is noise of the measurement.",
      false,
      {{"Map", false}},
      {},
      false};
  for (const double level : interval_levels) t.columns.push_back({percent(level, 0) + " interval"});
  for (const ValidatedEntry& e : r.entries) {
    if (!e.coverage) continue;
    Table::Row row{{heading_of(e)}, ""};
    for (const double share : e.coverage->share) row.cells.push_back(Cell(escape(percent(share, 1)), share));
    t.rows.push_back(std::move(row));
  }
  return t.rows.empty() ? Html() : subheading("Calibration") + table(t);
}

Html strata_table(const ValidateReport& r, const std::string& family) {
  std::vector<const ValidationStratum*> strata;
  for (const ValidationStratum& s : r.strata)
    if (s.family == family) strata.push_back(&s);
  Table t{
      fmt::format("RMSE in {}, and the squared correlation below it.", sif_units), false, {{"Map", false}}, {}, false};
  Table::Row count{{escape("Footprints")}, "rule-above"};
  for (const ValidationStratum* s : strata) {
    t.columns.push_back({s->name});
    count.cells.push_back(escape(with_thousands(s->metrics.front().cells)));
  }
  for (size_t i = 0; i < r.entries.size(); ++i) {
    Table::Row row{{heading_of(r.entries[i])}, r.entries[i].baseline ? "baseline" : ""};
    for (const ValidationStratum* s : strata) {
      const data::Metrics& m = s->metrics[i];
      row.cells.push_back(escape(fixed(m.rmse, decimals)) + small("r² " + fixed(m.pearson_r2, decimals)));
    }
    t.rows.push_back(std::move(row));
  }
  t.rows.push_back(std::move(count));
  return subheading("By " + family) + table(t);
}

Html strata_section(const ValidateReport& r) {
  Html section;
  std::string last;
  for (const ValidationStratum& s : r.strata)
    if (s.family != last) section += strata_table(r, last = s.family);
  return section;
}

Html scatter(const ValidateReport& r) {
  constexpr size_t most = 4;
  std::vector<PredictionPairs> pairs;
  for (size_t i = 0; i < std::min(r.entries.size(), most); ++i)
    pairs.push_back({name_of(r.entries[i]), r.measured, r.means[i]});
  return figure(scatter_panels(pairs, "footprints"), "Means of the maps over footprints against the measurements.");
}

Html screens_table(const ValidateReport& r) {
  Table t{
      "A footprint is counted once, at the first screen that it fails. SIF below 0 is noise about small values, and "
      "stays: a mean without it would be too large.",
      false,
      {{"Footprints", false}, {"Number"}},
      {},
      false};
  for (const auto& [name, count] : r.screens) t.rows.push_back({{escape(name), escape(with_thousands(count))}, ""});
  return table(t);
}

Html limits() {
  Html items;
  for (
      const char* text :
      {"One footprint is mostly noise. Differences between good maps are a few percent of the RMSE; the paired "
       "differences and their intervals show what is certain.",
       "A map is the mean of a clear sky over a window of days at the time of TROPOMI's overpass; a footprint is of one "
       "moment. What SIF changes from day to day counts as an error of each map.",
       "OCO's SIF at 740 nm is computed from 757 and 771 nm, FLEX passes in the morning, and each instrument has a "
       "calibration of its own: a bias or a slope may be of either mission.",
       "Maps of others may have been made of these very soundings, or of those that correct ours."})
    items += element("li", {}, prose(text));
  return element("ul", {{"class", "limits"}}, items);
}

}  // namespace

std::string validate_page(const ValidateReport& r) {
  Page page("Maps of SIF against footprints",
            fmt::format("{} SIF; {}; {} to {}", r.kind, joined(r.sensors), r.windows.front(), r.windows.back()));
  page.lead(headline(r));
  page.first("residuals", "Map of residuals", residual_maps(r));
  page.section("scores", "Scores", score_table(r) + slope_table(r) + coverage_part(r));
  page.section("limits", "What these scores do not show", limits());
  page.section("scatter", "Maps against measurements", scatter(r));
  if (!r.strata.empty()) page.section("strata", "Scores by kind of footprint", strata_section(r));
  page.section("screens", "Footprints and screens", screens_table(r));
  page.section("provenance", "Provenance", provenance_section(r.provenance));
  return page.text();
}

}  // namespace unetsr::pipeline::report
