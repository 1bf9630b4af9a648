#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

bool any_run(const EvaluateReport& r, bool (*is)(const EvaluatedRun&)) {
  return std::any_of(r.runs.begin(), r.runs.end(), is);
}

std::string where_and_when(const EvaluateReport& r) {
  return fmt::format(
      "Other places and other seasons. All figures are of `{}`{}. They do not apply to another region, year or season, "
      "or to another instrument.",
      r.dataset, r.windows.empty() ? "" : ", " + joined(r.windows));
}

std::string target_limits(const EvaluateReport& r) {
  if (r.scored_against == ScoredAgainst::truth)
    return fmt::format(
        "Real fluorescence. The truth is that of {}. Its landscape, noise, clouds and errors follow the simulator's "
        "rules; a real landscape may be harder, or different.",
        data::simulated_scene(r.provenance.world));
  if (r.scored_against == ScoredAgainst::soundings)
    return "The truth at fine cells. The scores are against soundings, which are mostly noise and wider than a cell: a "
           "perfect map would not reach an R² of 1, and two maps that differ inside a footprint may have the same "
           "score.";
  return "The truth at fine cells. The target is itself made of noisy soundings. Coarse and fine cells share "
         "soundings, so part of any score, of networks and of baselines, may be noise predicted from itself.";
}

std::string neighbours(const EvaluateReport& r) {
  if (!r.runs.empty() &&
      std::all_of(r.runs.begin(), r.runs.end(), [](const EvaluatedRun& run) { return run.elsewhere; }))
    return "Skill of a network that was trained here. The runs were trained on other datasets, and fitted to the "
           "soundings of this one in level, cloud shielding and standard deviation alone; the baselines were fitted to "
           "all of its cells.";
  int least = 0;
  for (const EvaluatedRun& run : r.runs)
    if (!run.leaky && !run.elsewhere && run.buffer > 0) least = least == 0 ? run.buffer : std::min(least, run.buffer);
  const std::string buffer =
      least ? fmt::format("At least {} cells lie between training and test cells, but b", least) : std::string("B");
  return "Skill far from training. " + buffer +
         "oth belong to one scene: test cells near training cells are easier than those of another region.";
}

// Where a buffer is narrower than what networks see; empty: nowhere.
std::string shared_inputs(const EvaluateReport& r) {
  int64_t most = 0;
  int runs = 0;
  for (const EvaluatedRun& run : r.runs)
    if (!run.leaky && run.shared_inputs > 0) ++runs, most = std::max(most, run.shared_inputs);
  if (runs == 0) return {};
  return fmt::format(
      "Independence at the edge of the test cells. In {} of {} runs the receptive field is wider than the buffer: "
      "predictions near that edge also depend on features (vegetation indices; no SIF of test cells) of training "
      "cells, {} of them at most. A network may have memorised these cells, which would make its map near them a "
      "little better than farther away. The default `--buffer` is wide enough.",
      runs, r.runs.size(), with_thousands(most));
}

std::string chance(const EvaluateReport& r) {
  bool intervals = false, single_seed = false, incomplete = false;
  for (const Pool& pool : r.pools) {
    incomplete = incomplete || (!pool.leaky && !pool.complete);
    for (const PooledEntry& e : pool.entries) {
      intervals = intervals || e.intervals.rmse;
      single_seed = single_seed || (!e.baseline && e.seeds <= 1);
    }
  }
  std::string text = "The effect of chance.";
  if (intervals)
    text +=
        " The intervals show how the scores would vary with other errors of the same kind on the cells that were "
        "scored. They do not include other parts of the scene, other scenes or another training.";
  if (single_seed) text += " A single seed does not show how much the training itself varies; three seeds do.";
  if (incomplete) text += " Not all folds were run: the cells of the others were not scored.";
  return text +
         " Where the interval of the difference of two maps contains 0, their order means little. To choose the best "
         "row of a table is to choose by the test cells: the score of that row is a little too good.";
}

std::string detail(const EvaluateReport& r) {
  const std::string blurred =
      "Detail. R² and RMSE depend mostly on the broad pattern, which the coarse SIF already contains. A blurred map can "
      "have the lowest RMSE.";
  return r.scored_against == ScoredAgainst::soundings
             ? blurred + " Soundings are too wide to show whether the detail is right."
             : blurred + " The skill, the spectra and the difference maps show whether the detail is right.";
}

}  // namespace

Html limits_section(const EvaluateReport& r) {
  if (r.runs.empty()) return {};
  Html items;
  // The first sentence names what is not shown.
  const auto item = [&](const std::string& text) {
    const size_t stop = text.find('.') + 1;
    items += element("li", {}, element("strong", {}, prose(text.substr(0, stop))) + prose(text.substr(stop)));
  };
  if (any_run(r, [](const EvaluatedRun& run) { return run.leaky; }))
    item(
        "Skill, where a table is marked LEAKY. Those runs were trained with the paper's protocol: overlapping crops "
        "split after cutting, and inputs that may contain the target. Their "
        "scores do not measure skill at new places.");
  item(target_limits(r));
  item(where_and_when(r));
  item(neighbours(r));
  if (const std::string shared = shared_inputs(r); !shared.empty()) item(shared);
  item(chance(r));
  item(detail(r));
  if (r.noise_ceiling_r2 && std::isfinite(*r.noise_ceiling_r2))
    item(fmt::format(
        "The best score that is possible. A perfect prediction of the noise-free signal would reach about R² {}, as "
        "estimated from the data's own scatter. It is an estimate and no bound: where input and target share noise, a "
        "score can lie above it.",
        fixed(*r.noise_ceiling_r2, 3)));
  return element("ul", {{"class", "limits"}}, items);
}

}  // namespace unetsr::pipeline::report
