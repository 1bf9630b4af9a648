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
      "Other places and other seasons. All figures are of `{}`{}. Nothing here says how well the networks do in "
      "another region, year or season, or with another instrument.",
      r.dataset, r.windows.empty() ? "" : ", " + joined(r.windows));
}

std::string target_limits(const EvaluateReport& r) {
  if (r.scored_against == ScoredAgainst::truth)
    return "Real fluorescence. The truth is that of a simulated scene. Its landscape, noise and clouds follow rules "
           "that we wrote; a real landscape may be harder, or different.";
  if (r.scored_against == ScoredAgainst::soundings)
    return "The truth at fine cells. The scores are against soundings, which are mostly noise and wider than a cell: a "
           "perfect map would not score 1, and two maps that differ inside a footprint may score alike.";
  return "The truth at fine cells. The target is itself made of noisy soundings. Coarse and fine cells share "
         "soundings, so part of any score, of networks and of baselines alike, may be noise predicted from itself.";
}

std::string neighbours(const EvaluateReport& r) {
  int least = 0;
  for (const EvaluatedRun& run : r.runs)
    if (!run.leaky && run.buffer > 0) least = least == 0 ? run.buffer : std::min(least, run.buffer);
  const std::string buffer =
      least ? fmt::format("At least {} cells lie between training and test cells, but b", least) : std::string("B");
  return "Skill far from training. " + buffer +
         "oth belong to one scene: cells near what was learnt are easier than cells of a region never seen.";
}

// Where a buffer is narrower than what networks see; empty: nowhere.
std::string shared_inputs(const EvaluateReport& r) {
  int64_t most = 0;
  int runs = 0;
  for (const EvaluatedRun& run : r.runs)
    if (!run.leaky && run.shared_inputs > 0) ++runs, most = std::max(most, run.shared_inputs);
  if (runs == 0) return {};
  return fmt::format(
      "Complete independence at the edge of what was held out. In {} of {} runs the network sees farther than the "
      "buffer is wide: maps of held-out cells near the edge also look at inputs (vegetation indices; no fluorescence "
      "that was held out) of cells that trained, {} of them at most. A network may have learnt these cells by heart, "
      "which would make its maps beside them a little better than far away. The default `--buffer` keeps them apart.",
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
  std::string text = "All that chance does.";
  if (intervals)
    text +=
        " The intervals tell how the scores would vary if other blocks of this scene had been held out. They leave "
        "out other scenes, and another training.";
  if (single_seed)
    text += " A network with one seed may have been lucky or unlucky in its training; three seeds tell more.";
  if (incomplete) text += " Not all folds were run: what the others hold was not scored.";
  return text +
         " Where the interval of the difference of two maps holds 0, their order means little. Whoever picks the best "
         "row of a table has used the test cells to choose, and its score is then a little too good.";
}

std::string detail() {
  return "Detail. R² and RMSE are ruled by the broad pattern, which the coarse input already holds. Whether the detail "
         "is right is told by the skill, the spectrum and the error maps, not by R² alone. A blurred map can have the "
         "least error.";
}

}  // namespace

Html limits_section(const EvaluateReport& r) {
  if (r.runs.empty()) return {};
  Html items;
  // The first sentence says what is not shown.
  const auto item = [&](const std::string& text) {
    const size_t stop = text.find('.') + 1;
    items += element("li", {}, element("strong", {}, prose(text.substr(0, stop))) + prose(text.substr(stop)));
  };
  if (any_run(r, [](const EvaluatedRun& run) { return run.leaky; }))
    item(
        "Skill, where a table is marked LEAKY. Those runs were trained with the paper's protocol: overlapping crops "
        "divided after cutting, and inputs that may hold the target. Their scores do not measure skill on unseen "
        "places.");
  item(target_limits(r));
  item(where_and_when(r));
  item(neighbours(r));
  if (const std::string shared = shared_inputs(r); !shared.empty()) item(shared);
  item(chance(r));
  item(detail());
  if (r.noise_ceiling_r2 && std::isfinite(*r.noise_ceiling_r2))
    item(fmt::format(
        "The best score that is possible. A perfect prediction of the noise-free signal would reach about R² {}, as "
        "estimated from the data's own scatter. That is an estimate and no bound: where input and target share noise, "
        "a score can lie above it.",
        fixed(*r.noise_ceiling_r2, 3)));
  return element("ul", {{"class", "limits"}}, items);
}

}  // namespace unetsr::pipeline::report
