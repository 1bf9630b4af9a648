#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

const char* style_of(const ScoreRow& row, const ScoreRow* best) {
  return &row == best ? "best" : row.baseline ? "baseline" : "";
}

Table score_table(const std::string& caption, const std::vector<ScoreRow>& rows) {
  Table t{
      caption, false, {{"Model", false}, {"R²"}, {"RMSE", true, Better::low}, {"MAE", true, Better::low}}, {}, true};
  const ScoreRow* networks = best_row(rows, false);
  const ScoreRow* baselines = best_row(rows, true);
  const ScoreRow* best = !networks                                                ? baselines
                         : !baselines || mean(networks->r2) > mean(baselines->r2) ? networks
                                                                                  : baselines;
  for (const bool baseline : {false, true})
    for (const ScoreRow& row : rows)
      if (row.baseline == baseline)
        t.rows.push_back(
            {{escape(display_name(row.name)), score_cell(row.r2, 3), score_cell(row.rmse, 3), score_cell(row.mae, 3)},
             style_of(row, best)});
  return t;
}

std::string seeds_text(const std::vector<ScoreRow>& rows) {
  size_t seeds = 0;
  for (const ScoreRow& row : rows)
    if (!row.baseline) seeds = std::max(seeds, row.r2.size());
  return seeds == 1 ? "one seed" : fmt::format("mean ± standard deviation over {} seeds", seeds);
}

BarChart r2_bars(const std::vector<ScoreRow>& rows) {
  BarChart chart{"R² on the test columns", "R²", 3, {}, {}, ""};
  chart.whisker_name = "mean ± standard deviation";
  for (const ScoreRow& row : rows) {
    const double centre = mean(row.r2), spread = standard_deviation(row.r2);
    chart.bars.push_back({display_name(row.name), series_colour(row.name), centre});
    if (std::isfinite(spread)) chart.bars.back().whisker = Range{centre - spread, centre + spread};
  }
  std::stable_sort(chart.bars.begin(), chart.bars.end(), [](const Bar& a, const Bar& b) { return a.value > b.value; });
  return chart;
}

Html ceiling_part(const HonestPart& honest) {
  if (honest.ceilings.empty()) return not_available("The noise ceiling was not estimated.");
  Table t{
      "Noise ceiling: the R² of a perfect prediction of the noise-free signal, from the scatter between neighbouring "
      "cells of the target. Noise: its standard deviation.",
      false,
      {{"Cells", false}, {"Noise, " + sif_units}, {"Ceiling, R²"}},
      {}};
  for (const auto& c : honest.ceilings)
    t.rows.push_back({{escape(c.cells), escape(fixed(c.noise, 3)), escape(fixed(c.r2, 3))}, c.pooled ? "best" : ""});
  return table(t);
}

std::string shared_noise_note(const HonestPart& honest) {
  std::string text =
      "How far to trust it: in the paper's tables the coarse SIF is the mean of the 3 × 3 fine cells around it, which "
      "are the target, with its noise. Undoing that mean recovers the target without any knowledge of vegetation. Part "
      "of every score above, of networks and of baselines, comes from that and not from new detail.";
  const ScoreRow* network = best_row(honest.columns, false);
  for (const auto& c : honest.ceilings)
    if (c.pooled && network && mean(network->r2) > c.r2)
      text += fmt::format(
          " That the best network ({}) lies above the ceiling ({}) is a sign of it. The ceiling counts true variation "
          "from cell to cell as noise, so it is an estimate, not a bound.",
          fixed(mean(network->r2), 3), fixed(c.r2, 3));
  return text;
}

}  // namespace

Html paper_tables_section(const ReproduceReport& r) {
  if (r.paper_scores.empty()) return not_available("The paper's protocol was not run.");
  Table t{
      fmt::format(
          "Tables II and III of the paper beside this run, {} ({}). MAE and RMSE in {}. Table II is the U-Net's row.",
          seeds_text(r.paper_scores), r.paper_epochs ? fmt::format("{} epochs", r.paper_epochs) : "epochs not recorded",
          sif_units),
      true,
      {{"Model", false}, {"R², paper"}, {"R², here"}, {"MAE, paper"}, {"MAE, here"}, {"RMSE, paper"}, {"RMSE, here"}},
      {}};
  for (const ScoreRow& row : r.paper_scores) {
    const PublishedScore* published = nullptr;
    for (const PublishedScore& p : published_scores)
      if (row.name == p.name) published = &p;
    const auto paper = [&](double PublishedScore::*value) {
      return escape(published ? fixed(published->*value, 4) : "–");
    };
    t.rows.push_back(
        {{escape(display_name(row.name)), paper(&PublishedScore::r2), score_cell(row.r2, 4),
          paper(&PublishedScore::mae), score_cell(row.mae, 4), paper(&PublishedScore::rmse), score_cell(row.rmse, 4)},
         row.baseline ? "baseline" : ""});
  }
  Html section = table(t);
  if (const ScoreRow* coarse = find_row(r.crop_draws, "coarse"), *linear = find_row(r.crop_draws, "linear");
      coarse && linear)
    section += paragraph(fmt::format(
        "Effect of the draw of the crops alone: over {} draws, coarse SIF unchanged has R² {}, linear regression {} "
        "(mean ± standard deviation of one draw).",
        coarse->r2.size(), mean_and_spread(coarse->r2, 3), mean_and_spread(linear->r2, 3)));
  return section +
         note(
             "The last two rows need no network. “Coarse SIF unchanged” uses the input as the prediction; “linear "
             "regression” fits the target on the same six channels that the U-Net gets. The R² is the paper's: the "
             "mean of the R² at each of the 1,600 pixel positions of the test crops. The network that the paper calls "
             "“SIFnet” is a small CNN of its author's; it is not the SIFnet of Gensheimer et al. (2022).");
}

Html audit_section(const ReproduceReport& r) {
  if (!r.audit) return not_available("The audit was not made.");
  const ProtocolAudit& audit = *r.audit;
  Html section = paragraph(
      "Three checks show where the scores above come from. Each of them alone shows that they do not measure how well "
      "SIF is predicted at new places.");

  section += subheading("Test pixels in the training crops");
  if (audit.shared_pixel_fraction.empty()) {
    section += not_available("The overlap of the crops was not measured.");
  } else {
    std::vector<double> shares;
    for (const double share : audit.shared_pixel_fraction) shares.push_back(100 * share);
    section += paragraph(fmt::format(
        "{} % of the pixels of the test crops also lie in a training crop, because overlapping random crops were split "
        "into training and test after they were cut: the network is tested on pixels that it was trained on.",
        mean_and_spread(shares, 2)));
  }

  section += subheading("A linear fit finds the target in the inputs");
  if (audit.linear_fits.empty()) {
    section += not_available("No linear fit was made.");
  } else {
    section += paragraph(
        "The channel `sif_difference` is the target minus the coarse SIF, so target = coarse SIF + `sif_difference`: "
        "an ordinary least-squares fit, without any network, reaches the R² below.");
    Table t{"R² of the least-squares fit of the target on the inputs.",
            true,
            {{"Cells", false}, {"Inputs", false}, {"R²"}},
            {}};
    for (const auto& fit : audit.linear_fits) {
      Html inputs;
      for (const std::string& name : fit.inputs) inputs += element("code", {}, escape(name)) + escape(" ");
      t.rows.push_back({{escape(fit.cells), inputs, escape(fixed(fit.r2, 4))}, fit.pooled ? "rule-above" : ""});
    }
    section += table(t);
  }

  section += subheading("The U-Net without `sif_difference`");
  const ScoreRow* with = find_row(r.paper_scores, "unet");
  if (!audit.unet_without_difference || audit.unet_without_difference->r2.empty() || !with)
    return section + not_available("The U-Net was not trained without `sif_difference`.");
  const ScoreRow& without = *audit.unet_without_difference;
  const double drop = mean(with->r2) - mean(without.r2);
  section += paragraph(fmt::format(
      "Without this one channel, and with nothing else changed, the U-Net's R² is {} by {} in the same protocol{}.",
      drop >= 0 ? "lower" : "higher", fixed(std::abs(drop), 3),
      drop >= 0 ? ", in which it still trains on nearly all test pixels" : ""));
  Table t{"The U-Net of the paper's protocol with and without the channel that holds the target.",
          true,
          {{"Inputs", false}, {"R²"}, {"RMSE"}, {"MAE"}},
          {}};
  t.rows.push_back(
      {{escape("All six channels"), score_cell(with->r2, 4), score_cell(with->rmse, 4), score_cell(with->mae, 4)}});
  t.rows.push_back({{prose("Without `sif_difference`"), score_cell(without.r2, 4), score_cell(without.rmse, 4),
                     score_cell(without.mae, 4)}});
  return section + table(t);
}

Html honest_section(const ReproduceReport& r) {
  if (!r.honest) return not_available("The honest protocol was not run.");
  const HonestPart& honest = *r.honest;
  std::string what = fmt::format(
      "The same files without the leaks. The grid is cut into {} blocks of whole columns; each block is predicted by a "
      "model that was trained on the others, at least {} columns away from it. ",
      honest.folds, honest.buffer_cells);
  what +=
      "No channel is made from the target, scaling comes from training cells, and only cells that hold a target and "
      "all inputs are scored";
  what +=
      honest.scored_cells > 0 ? fmt::format(" ({} of them).", with_thousands(honest.scored_cells)) : std::string(".");
  Html section = paragraph(what);
  if (!honest.features.empty()) {
    Html features;
    for (const std::string& f : honest.features) features += element("code", {}, escape(f)) + escape(" ");
    section += element("p", {}, escape("Inputs of the networks: ") + features);
  }
  if (honest.training_cells_near_test) {
    const int64_t near = *honest.training_cells_near_test;
    const std::string text = fmt::format("Overlap audit: {} training cells lie closer than {} cells to a test cell",
                                         near, honest.buffer_cells);
    section += near == 0 ? paragraph(text + ", as required.")
                         : warning(text + ". There should be none: these scores are leaky.");
  }

  section += subheading("Other places");
  if (honest.columns.empty()) {
    section += not_available("No folds of columns were run.");
  } else {
    section += table(score_table(
        fmt::format("Scores pooled over the test cells of all folds, {}. RMSE and MAE in {}; baselines have no seed.",
                    seeds_text(honest.columns), sif_units),
        honest.columns));
    BarChart bars = r2_bars(honest.columns);
    for (const auto& c : honest.ceilings)
      if (c.pooled) bars.reference = c.r2, bars.reference_name = "noise ceiling";
    section += figure(
        bar_chart(bars),
        "R² of every model on the test columns; longer is better. Whiskers show one standard deviation over seeds. "
        "Networks in colour, baselines in grey.");
  }
  section += ceiling_part(honest);
  section += warning(shared_noise_note(honest));

  section += subheading("Another time");
  if (honest.windows.empty()) section += not_available("No run from one window to the other was made.");
  for (const auto& transfer : honest.windows)
    section += table(score_table(
        fmt::format("Trained on {}, tested on {}: other weeks, but the same places.", transfer.train, transfer.test),
        transfer.rows));

  section += subheading("Maps of the test cells");
  if (honest.maps.empty()) section += not_available("No maps were made.");
  if (!honest.maps.empty())
    section += figure(window_viewer("honest-maps", honest.maps, {r.grid.rows, r.grid.columns, r.grid}),
                      "Each cell is predicted by the run whose test cells contain it. Hatched cells have no data.");
  if (honest.scatter.empty()) return section;
  return section +
         figure(
             scatter_panels(honest.scatter),
             "Predicted against actual SIF on the test cells, all windows; brighter is more cells (logarithmic). The "
             "dashed line is perfect agreement.");
}

}  // namespace unetsr::pipeline::report
