#include "pipeline/report/evaluate_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/numbers.hpp"
#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

// Runs that are scored on the same cells, and so stand in one table.
struct Comparison {
  std::string held_out;
  bool leaky = false;
  std::vector<const EvaluatedRun*> runs;
};

std::vector<Comparison> comparisons(const EvaluateReport& r) {
  std::vector<Comparison> all;
  for (const EvaluatedRun& run : r.runs) {
    auto found = std::find_if(all.begin(), all.end(),
                              [&](const Comparison& c) { return c.held_out == run.held_out && c.leaky == run.leaky; });
    if (found == all.end()) found = all.insert(all.end(), {run.held_out, run.leaky, {}});
    found->runs.push_back(&run);
  }
  return all;
}

Table::Row metrics_row(const Html& name, const Html& model, const data::Metrics& m, const data::Metrics* coarse,
                       const char* style) {
  const double skill = coarse && m.rmse != coarse->rmse ? 1 - std::pow(m.rmse / coarse->rmse, 2) : coarse ? 0 : NAN;
  return {
      {name, model, escape(fixed(m.r2, 3)), escape(fixed(m.rmse, 3)), escape(fixed(m.mae, 3)), escape(fixed(m.bias, 3)),
       escape(fixed(m.slope, 3)), escape(fixed(skill, 3)), escape(with_thousands(m.cells))},
      style};
}

// The first baseline is what one has without doing anything.
std::string reference_name(const Comparison& c) {
  const auto& baselines = c.runs.front()->baselines;
  return baselines.empty() ? "nothing" : display_name(baselines.front().name);
}

Html comparison_table(const Comparison& c) {
  Table t{fmt::format("Held out: {}. RMSE, MAE and bias in {}; skill is the share of the squared error of {} that is "
                      "gone.",
                      c.held_out, sif_units, reference_name(c)),
          c.leaky,
          {{"Run", false}, {"Model", false}, {"R²"}, {"RMSE"}, {"MAE"}, {"Bias"}, {"Slope"}, {"Skill"}, {"Cells"}},
          {}};
  const std::vector<EvaluatedBaseline>& baselines = c.runs.front()->baselines;
  const data::Metrics* coarse = baselines.empty() ? nullptr : &baselines.front().metrics;
  const auto best = std::max_element(c.runs.begin(), c.runs.end(),
                                     [](const auto* a, const auto* b) { return a->metrics.r2 < b->metrics.r2; });
  for (const EvaluatedRun* run : c.runs) {
    const Html name = element("code", {}, escape(run->name));
    t.rows.push_back(
        metrics_row(name, escape(display_name(run->model)), run->metrics, coarse, run == *best ? "best" : ""));
    for (const EvaluatedBaseline& kind : run->conserved)
      t.rows.push_back(
          metrics_row(name, escape(display_name(run->model) + " + conserved " + kind.name), kind.metrics, coarse, ""));
  }
  for (const EvaluatedBaseline& b : baselines)
    t.rows.push_back(metrics_row(escape("baseline"), escape(display_name(b.name)), b.metrics, coarse, "baseline"));
  return table(t);
}

// Nothing where no run has an uncertainty.
Html coverage_table(const EvaluateReport& r) {
  Table t{"Which share of values lies in the map's own intervals. Soundings: their noise is taken into account.",
          false,
          {{"Run", false}, {"Of", false}},
          {}};
  for (const double level : interval_levels) t.columns.push_back({fmt::format("{:.0f} %", 100 * level)});
  t.columns.push_back({"Values"});
  for (const EvaluatedRun& run : r.runs)
    for (const Coverage& c : run.coverage) {
      std::vector<Html> cells = {element("code", {}, escape(run.name)), escape(c.of)};
      for (const double share : c.share) cells.push_back(escape(fixed(100 * share, 1) + " %"));
      cells.push_back(escape(with_thousands(c.values)));
      t.rows.push_back({std::move(cells)});
    }
  return t.rows.empty() ? Html() : table(t);
}

Html scores_section(const EvaluateReport& r) {
  if (r.runs.empty()) return not_available("No runs were evaluated.");
  Html section;
  for (const Comparison& c : comparisons(r)) section += comparison_table(c);
  section += coverage_table(r);
  if (r.noise_ceiling_r2 && std::isfinite(*r.noise_ceiling_r2))
    section += note(fmt::format(
        "Noise ceiling: a perfect prediction of the noise-free signal would reach about R² {} over all cells, as "
        "estimated from the scatter between neighbouring target cells. Coarse and fine cells share soundings, so part "
        "of any score may be noise predicted from itself; a score can even lie above this ceiling.",
        fixed(*r.noise_ceiling_r2, 3)));
  if (std::any_of(r.runs.begin(), r.runs.end(), [](const EvaluatedRun& run) { return run.leaky; }))
    section += warning(
        "Runs marked LEAKY were trained with the paper's protocol: overlapping crops divided after cutting, and inputs "
        "that may hold the target. Their scores do not measure skill on unseen places.");
  return section;
}

Html runs_section(const EvaluateReport& r) {
  Table t{
      "",
      false,
      {{"Run", false}, {"Model", false}, {"Parameters"}, {"Epochs"}, {"Seed"}, {"Training time"}, {"Inputs", false}},
      {}};
  for (const EvaluatedRun& run : r.runs)
    t.rows.push_back({{element("code", {}, escape(run.name)), escape(display_name(run.model)),
                       escape(with_thousands(run.parameters)), escape(std::to_string(run.epochs)),
                       escape(std::to_string(run.seed)), escape(duration(run.seconds)), escape(joined(run.features))}});
  return t.rows.empty() ? not_available("No runs were evaluated.") : table(t);
}

std::vector<float> window_of(const std::vector<float>& values, size_t window, size_t cells) {
  if (values.size() < (window + 1) * cells) return {};
  return {values.begin() + std::ptrdiff_t(window * cells), values.begin() + std::ptrdiff_t((window + 1) * cells)};
}

// One row of split maps for each thing held out, not for each run.
Html splits_section(const EvaluateReport& r) {
  const MapClass classes[] = {{"training", {86, 180, 233}},
                              {"validation", {230, 159, 0}},
                              {"test", {0, 114, 178}},
                              {"buffer, unused", {170, 176, 182}}};
  const MapFrame frame{r.grid.rows, r.grid.columns, r.grid};
  Html section;
  for (const Comparison& c : comparisons(r)) {
    const EvaluatedRun& run = *c.runs.front();
    if (!run.split) continue;
    const data::Split& split = *run.split;
    const size_t cells = size_t(split.rows) * size_t(split.columns);
    Html maps;
    for (size_t window = 0; window < size_t(split.windows); ++window) {
      std::vector<uint8_t> roles(cells);
      for (size_t i = 0; i < cells; ++i) roles[i] = uint8_t(split.roles[window * cells + i]);
      maps += class_map_panel(window < r.windows.size() ? r.windows[window] : "", roles, frame, classes);
    }
    section += figure(
        class_legend(classes) + map_row(split.windows, maps, {}),
        fmt::format("What each cell is for. Held out: {}. {} training, {} validation, {} test and {} buffer cells, "
                    "with or without data.",
                    c.held_out, with_thousands(split.count(data::Role::train)),
                    with_thousands(split.count(data::Role::validation)), with_thousands(split.count(data::Role::test)),
                    with_thousands(split.count(data::Role::buffer))));
  }
  return section.empty()
             ? not_available(
                   "None of the runs has a split of cells: crops of the paper's protocol are not divided by place.")
             : section;
}

Html curves_of(const EvaluateReport& r, bool leaky) {
  static const char* const colours[] = {"s-blue",   "s-vermillion", "s-green", "s-purple",
                                        "s-orange", "s-sky",        "s-grey",  "s-ink"};
  std::vector<Curve> curves;
  std::vector<std::string> styles;
  for (const EvaluatedRun& run : r.runs)
    if (run.leaky == leaky && !run.history.empty()) {
      styles.push_back(colours[curves.size() % std::size(colours)]);
      curves.push_back({run.name, run.seed, run.history});
    }
  if (curves.empty()) return {};
  return figure(curve_panels(curves, leaky ? "test crops" : "validation cells", {}, styles),
                leaky
                    ? "Runs of the paper's protocol: training loss, and the scores on the crops that are also the test."
                    : "Runs of the honest protocol: training loss, and the scores on validation cells.",
                leaky);
}

Html curves_section(const EvaluateReport& r) {
  const Html curves = curves_of(r, false) + curves_of(r, true);
  return curves.empty() ? not_available("No training history was found.") : curves;
}

// Predictions of the same model and seed put together over what each of its runs held out.
Html maps_section(const EvaluateReport& r) {
  const size_t cells = size_t(r.grid.cells());
  const MapFrame frame{r.grid.rows, r.grid.columns, r.grid};
  std::vector<WindowMaps::Prediction> merged;
  for (const EvaluatedRun& run : r.runs) {
    if (run.leaky || run.prediction.empty()) continue;
    const std::string name = fmt::format("{}, seed {}", display_name(run.model), run.seed);
    auto found = std::find_if(merged.begin(), merged.end(), [&](const auto& m) { return m.model == name; });
    if (found == merged.end())
      found = merged.insert(merged.end(), {name, std::vector<float>(run.prediction.size(), NAN)});
    for (size_t i = 0; i < run.prediction.size(); ++i)
      if (std::isfinite(run.prediction[i])) found->values[i] = run.prediction[i];
  }
  Html section;
  std::vector<PredictionPairs> pairs;
  for (const auto& prediction : merged) {
    for (size_t window = 0; window < r.windows.size(); ++window) {
      const WindowMaps maps{r.windows[window],
                            window_of(r.coarse, window, cells),
                            window_of(r.target, window, cells),
                            {{prediction.model, window_of(prediction.values, window, cells)}}};
      const auto& values = maps.predictions.front().values;
      if (maps.coarse.empty() || std::none_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
        continue;
      section += figure(
          window_map_row(maps, frame),
          fmt::format("{}, {}. Only held-out cells are predicted; hatched cells have no data or were not held out.",
                      prediction.model, maps.window));
    }
    pairs.push_back({prediction.model, r.target, prediction.values});
  }
  if (section.empty()) return not_available("No held-out maps: only runs of the honest protocol have them.");
  return section + figure(scatter_panels(pairs),
                          "Predicted against actual SIF on the held-out cells; brighter is more cells (logarithmic). "
                          "The dashed line is perfect agreement.");
}

}  // namespace

std::string evaluate_page(const EvaluateReport& r) {
  std::string subtitle = fmt::format("{} {} on `{}`", r.runs.size(), r.runs.size() == 1 ? "run" : "runs", r.dataset);
  if (!r.windows.empty()) subtitle += ": " + joined(r.windows);
  Page page("Evaluation of downscaled SIF", subtitle + ".");
  page.section("scores", "Scores", scores_section(r));
  page.section("runs", "Runs", runs_section(r));
  page.section("splits", "What was held out", splits_section(r));
  page.section("curves", "Training over epochs", curves_section(r));
  page.section("maps", "Maps and scatter", maps_section(r));
  page.section("provenance", "Provenance", provenance_section(r.provenance));
  return page.text();
}

}  // namespace unetsr::pipeline::report
