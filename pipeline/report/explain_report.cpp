#include "pipeline/report/explain_report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "pipeline/report/map_viewer.hpp"
#include "pipeline/report/page.hpp"
#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

// A small gap is rounding and the steps of the integral; from here on it is worth a warning.
constexpr double largest_gap = 0.01;

std::string scored_cells(const ExplainReport& r) {
  const std::string count = with_thousands(r.metrics.cells);
  switch (r.scored_against) {
    case ScoredAgainst::soundings:
      return count + " test soundings";
    case ScoredAgainst::truth:
      return count + " test cells, against the truth";
    case ScoredAgainst::target:
      break;
  }
  return count + " test cells";
}

Html headline(const ExplainReport& r) {
  std::vector<KeyFigure> figures = {{"R²", fixed(r.metrics.r2, 3), "with all features, on " + scored_cells(r)},
                                    {"RMSE", fixed(r.metrics.rmse, 3), sif_units + ", with all features"}};
  for (const FeatureImportance& f : r.importance)
    if (f.channels.size() == 1) {
      figures.push_back({"Most important feature", f.feature,
                         fmt::format("the RMSE rises by {} {} when it is permuted", fixed(f.rmse_rise, 3), sif_units)});
      break;
    }
  return key_figures(figures);
}

Html plus_minus(double value, double spread) {
  return escape(fmt::format("{} ± {}", fixed(value, 4), fixed(spread, 4)));
}

Html importance_table(const ExplainReport& r) {
  Table t{fmt::format("Mean and standard deviation over {} {}. RMSE and attribution in {}.", r.draws,
                      r.draws == 1 ? "draw" : "draws", sif_units),
          false,
          {{"Permuted", false},
           {"Rise of RMSE"},
           {"Fall of R²"},
           {"Mean size of attribution"},
           {"Features of the group", false}},
          {},
          true};
  for (const FeatureImportance& f : r.importance)
    t.rows.push_back({{element("code", {}, escape(f.feature)), plus_minus(f.rmse_rise, f.rmse_rise_sd),
                       plus_minus(f.r2_fall, f.r2_fall_sd), escape(fixed(f.attribution, 4)),
                       escape(f.channels.size() > 1 ? joined(f.channels) : "")}});
  return table(t);
}

Html importance(const ExplainReport& r) {
  return importance_table(r) +
         figure(
             panels(bar_chart(importance_bars("Rise of the RMSE when a channel is permuted", "blue", {&r.importance}))),
             fmt::format(
                 "{} Whiskers are one standard deviation over the draws. A block is {} × {} cells; the first guess, to "
                 "which the network's output is added, is not permuted. {}",
                 importance_caption, r.block_cells, r.block_cells, shared_worth));
}

Html completeness(const ExplainReport& r) {
  const std::string text = fmt::format(
      "The attributions of {} cells add up to {:.6g} {}. The sum of their predictions minus that of the baseline input "
      "is {:.6g}. The gap, summed over blocks without sign, is {} of the differences.",
      with_thousands(r.explained_cells), r.attributed, sif_units, r.change, percent(r.gap, 3));
  return r.gap <= largest_gap ? note(text) : warning(text + " This gap is large: use more `--steps`.");
}

// One scale for all features, so that they can be compared.
Html attribution_maps(const ExplainReport& r) {
  const size_t cells = size_t(r.grid.cells());
  MapViewer viewer{"attributions", {r.grid.rows, r.grid.columns, r.grid}, r.windows, {}, {}, "", ""};
  std::vector<std::span<const float>> rasters;
  for (size_t w = 0; w < r.windows.size(); ++w)
    for (size_t c = 0; c < r.channels.size(); ++c) {
      rasters.push_back(std::span(r.attributions).subspan((w * r.channels.size() + c) * cells, cells));
      viewer.layers.push_back({r.channels[c], w, 0, rasters.back()});
    }
  viewer.scales = {{error_scale(rasters), "attribution, " + sif_units}};
  const auto bars = attribution_bars("", "", r.importance).bars;
  viewer.left = bars.front().name;
  viewer.right = bars[bars.size() > 1 ? 1 : 0].name;
  return figure(
      map_viewer(viewer),
      "Contribution of each feature of a cell to the sum of the predictions of the test cells at and around it: red "
      "raises it, blue lowers it. Hatched: a feature is missing, or the cell lies outside the receptive field of all "
      "test cells.");
}

Html limits() {
  Html items;
  for (const char* text :
       {"These figures show what this network uses, not what SIF depends on: another network, or the same one with "
        "another seed, may use other features.",
        "Permuted features are combinations that do not occur: a network may fail on them for that reason alone.",
        "The effect of a feature through the first guess, such as coarse SIF distributed by NIRv, is not counted here.",
        "`unetsr ablate` trains without a feature: it shows the loss of a network that could compensate for it."})
    items += element("li", {}, prose(text));
  return element("ul", {}, items);
}

}  // namespace

std::string explain_page(const ExplainReport& r) {
  Page page("Importance of a network's features",
            fmt::format("`{}` ({}) on `{}`; test cells: {}.", r.run, display_name(r.model), r.dataset, r.held_out));
  page.lead(headline(r));
  page.section("importance", "Permutation", importance(r));
  page.section("attribution", "Integrated gradients",
               figure(panels(bar_chart(attribution_bars("Mean size of the attribution", "green", r.importance))),
                      attribution_caption) +
                   completeness(r) + attribution_maps(r));
  page.section("limits", "What these figures do not show", limits());
  page.section("provenance", "Provenance", provenance_section(r.provenance));
  return page.text();
}

}  // namespace unetsr::pipeline::report
