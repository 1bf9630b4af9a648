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
      return count + " held-out soundings";
    case ScoredAgainst::truth:
      return count + " held-out cells, against the truth";
    case ScoredAgainst::target:
      break;
  }
  return count + " held-out cells";
}

Html headline(const ExplainReport& r) {
  std::vector<KeyFigure> figures = {{"R²", fixed(r.metrics.r2, 3), "with all inputs, on " + scored_cells(r)},
                                    {"RMSE", fixed(r.metrics.rmse, 3), sif_units + ", with all inputs"}};
  for (const FeatureImportance& f : r.importance)
    if (f.channels.size() == 1) {
      figures.push_back(
          {"Most important channel", f.feature, fmt::format("the RMSE rises by {} without it", fixed(f.rmse_rise, 3))});
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
          {{"Permuted", false}, {"Rise of RMSE"}, {"Fall of R²"}, {"Mean |attribution|"}, {"Channels", false}},
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
         figure(panels(bar_chart(importance_bars("", "s-blue", {&r.importance}))),
                fmt::format("{}; whiskers are one standard deviation over the draws. A block is {} × {} cells; the "
                            "first guess that the network's output is added to stays as it is. {}",
                            importance_caption, r.block_cells, r.block_cells, shared_worth));
}

Html completeness(const ExplainReport& r) {
  const std::string text = fmt::format(
      "The attributions of {} cells add up to {:.6g}; their predictions differ from those of the baseline "
      "by {:.6g}. The gap, block by block, is {} of the cells' differences, whatever their sign.",
      with_thousands(r.explained_cells), r.attributed, r.change, percent(r.gap, 3));
  return r.gap <= largest_gap ? note(text) : warning(text + " That is much: take more --steps.");
}

// One scale for all channels, so that they compare.
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
      "What each channel of a cell adds to the sum of the predictions of the held-out cells, at that cell and "
      "around it: red raises it, blue lowers it. Hatched: an input is missing, or no held-out cell sees it.");
}

Html limits() {
  Html items;
  for (const char* text :
       {"These figures tell what this network uses, not what SIF depends on: another network, or the same one from "
        "another seed, may use other channels as well.",
        "Permuted inputs are combinations that do not occur: a network may fail on them for that reason alone.",
        "What the first guess takes from a channel, as NIRv's share of the coarse SIF, is not counted here.",
        "`unetsr ablate` trains without a channel: what a network loses that could have made up for it."})
    items += element("li", {}, prose(text));
  return element("ul", {}, items);
}

}  // namespace

std::string explain_page(const ExplainReport& r) {
  Page page("What a network makes of its inputs",
            fmt::format("`{}` ({}) on `{}`; held out: {}.", r.run, display_name(r.model), r.dataset, r.held_out));
  page.lead(headline(r));
  page.section("importance", "What the channels are worth", importance(r));
  page.section("attribution", "Integrated gradients",
               figure(panels(bar_chart(attribution_bars("", "s-green", r.importance))), attribution_caption) +
                   completeness(r) + attribution_maps(r));
  page.section("limits", "What this does not show", limits());
  page.section("provenance", "Provenance", provenance_section(r.provenance));
  return page.text();
}

}  // namespace unetsr::pipeline::report
