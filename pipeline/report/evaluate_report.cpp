#include "pipeline/report/evaluate_report.hpp"

#include <fmt/format.h>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
std::string evaluate_page(const EvaluateReport& r) {
  std::string subtitle = fmt::format("{} {} on `{}`", r.runs.size(), r.runs.size() == 1 ? "run" : "runs", r.dataset);
  if (!r.windows.empty()) subtitle += ": " + joined(r.windows);
  Page page("Evaluation of downscaled SIF", subtitle + ".");
  page.lead(headline(r));
  const auto section_if_any = [&](const char* id, const char* heading, const Html& content) {
    if (!content.empty()) page.section(id, heading, content);
  };
  section_if_any("scores", "Scores", scores_section(r));
  section_if_any("limits", "What these scores do not show", limits_section(r));
  const std::vector<EntryMap> maps = entry_maps(r);
  section_if_any("maps", "Maps", maps_section(r, maps));
  section_if_any("scatter", "Predicted against actual", scatter_section(r, maps));
  section_if_any("spectra", "Spectra", spectra_section(r));
  section_if_any("strata", "Where the error lies", strata_section(r));
  section_if_any("importance", "What the channels are worth", importance_section(r));
  section_if_any("coverage", "Whether the maps know their error", coverage_section(r));
  page.section("runs", "Run by run", runs_section(r));
  page.section("splits", "What was held out", splits_section(r));
  page.section("curves", "Training over epochs", curves_section(r));
  page.section("provenance", "Provenance", provenance_section(r.provenance));
  return page.text();
}

}  // namespace unetsr::pipeline::report
