#include <fmt/format.h>

#include <algorithm>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

// One run for each thing held out.
std::vector<const EvaluatedRun*> one_of_each_split(const EvaluateReport& r) {
  std::vector<const EvaluatedRun*> all;
  for (const EvaluatedRun& run : r.runs)
    if (run.split && std::none_of(all.begin(), all.end(),
                                  [&](const EvaluatedRun* other) { return other->held_out == run.held_out; }))
      all.push_back(&run);
  return all;
}

Html curves_of(const EvaluateReport& r, bool leaky) {
  std::vector<Curve> curves;
  size_t runs = 0;
  for (const EvaluatedRun& run : r.runs)
    if (run.leaky == leaky && !run.histories.empty()) {
      const LineStyle style{palette_colour(runs), int(runs / 8)};
      ++runs;
      for (size_t k = 0; k < run.histories.size(); ++k)
        curves.push_back(
            {run.histories.size() == 1 ? run.name : fmt::format("{} ({} of {})", run.name, k + 1, run.histories.size()),
             run.seed, run.histories[k], style});
    }
  if (curves.empty()) return {};
  return figure(curve_panels(curves, leaky ? "test crops" : "validation cells"),
                leaky
                    ? "Runs of the paper's protocol: training loss, and scores on the crops that are also the test."
                    : "Runs of the honest protocol: training loss, and scores on validation cells. Loss, RMSE and MAE "
                      "fall when the map gets better, R² rises.",
                leaky);
}

std::string lengths_in_words(const EvaluatedRun& run) {
  if (!run.lengths) return {};
  std::string text =
      fmt::format(" The correlation length of the SIF is about {:.1f} cells of the training grid", run.lengths->sif);
  if (run.lengths->errors > 0)
    text += fmt::format(", that of a linear regression's residual {:.1f}", run.lengths->errors);
  return text + ": blocks of test cells should be wider than the longer of these.";
}

// Of the overlap audit: cells that both training and test use.
Html overlap_text(const EvaluatedRun& run) {
  if (!run.shared_cells) return escape("–");
  const Html count = escape(with_thousands(*run.shared_cells));
  return *run.shared_cells == 0 ? count : element("strong", {}, count);
}

}  // namespace

Html runs_section(const EvaluateReport& r) {
  Table t{"What each run is, and its score on its own test cells. RMSE is in " + sif_units +
              "; buffer is in cells. Shared cells: cells that both training and test use, by an audit of what each run "
              "read; it must be 0.",
          false,
          {{"Run", false},
           {"Model", false},
           {"Test cells", false},
           {"R²"},
           {"RMSE", true, Better::low},
           {"Parameters", true, Better::low},
           {"Epochs", true, Better::low},
           {"Seed", true, Better::low},
           {"Training time", true, Better::low},
           {"Shared cells", true, Better::low},
           {"Buffer"},
           {"Inputs", false}},
          {},
          true};
  for (const EvaluatedRun& run : r.runs)
    t.rows.push_back(
        {{element("code", {}, escape(run.name)), escape(display_name(run.model)) + (run.leaky ? leaky_badge() : Html()),
          escape(run.held_out), escape(fixed(run.metrics.r2, 3)), escape(fixed(run.metrics.rmse, 3)),
          escape(with_thousands(run.parameters)), escape(std::to_string(run.epochs)), escape(std::to_string(run.seed)),
          Cell(escape(duration(run.seconds)), run.seconds), overlap_text(run),
          escape(run.buffer > 0 ? std::to_string(run.buffer) : "–"), escape(joined(run.features))}});
  if (t.rows.empty()) return not_available("No runs were evaluated.");
  Html section = table(t);
  for (const EvaluatedRun& run : r.runs)
    if (!run.footprints.empty())
      section += paragraph(fmt::format("{}: footprints of its soundings {}.", run.name, run.footprints));
  for (const EvaluatedRun& run : r.runs)
    if (!run.leaky && run.shared_cells.value_or(0) > 0)
      section +=
          warning(fmt::format("{}: {} cells are both trained and tested on. There should be none: its scores "
                              "are leaky.",
                              run.name, with_thousands(*run.shared_cells)));
  return section;
}

// One row of split maps for each thing held out, not for each run.
Html splits_section(const EvaluateReport& r) {
  const MapClass classes[] = {{"training", {86, 180, 233}},
                              {"validation", {230, 159, 0}},
                              {"test", {0, 114, 178}},
                              {"buffer, unused", {170, 176, 182}}};
  const MapFrame frame{r.grid.rows, r.grid.columns, r.grid};
  Html section;
  for (const EvaluatedRun* run : one_of_each_split(r)) {
    const data::Split& split = *run->split;
    const size_t cells = size_t(split.rows) * size_t(split.columns);
    Html maps;
    for (size_t window = 0; window < size_t(split.windows); ++window) {
      std::vector<uint8_t> roles(cells);
      for (size_t i = 0; i < cells; ++i) roles[i] = uint8_t(split.roles[window * cells + i]);
      maps += class_map_panel(window < r.windows.size() ? r.windows[window] : "", roles, frame, classes);
    }
    const auto count = [&](data::Role role) {
      return (r.picture_cells > 1 ? "about " : "") +
             with_thousands(split.count(role) * r.picture_cells * r.picture_cells);
    };
    section += figure(
        class_legend(classes) + map_row(split.windows, maps, {}),
        fmt::format("The role of each cell. Test cells: {}. {} training, {} validation, {} test and {} buffer cells, "
                    "with or without data.",
                    run->held_out, count(data::Role::train), count(data::Role::validation), count(data::Role::test),
                    count(data::Role::buffer)) +
            lengths_in_words(*run));
  }
  return section.empty() ? not_available("Not drawn: crops of the paper's protocol are not split by place.") : section;
}

Html curves_section(const EvaluateReport& r) {
  const Html curves = curves_of(r, false) + curves_of(r, true);
  return curves.empty() ? not_available("No training history was found.") : curves;
}

}  // namespace unetsr::pipeline::report
