#include "pipeline/report/evaluate_report.hpp"

#include <fmt/format.h>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

std::string windows_of(const std::vector<std::string>& windows) {
  return windows.size() <= 3 ? joined(windows)
                             : fmt::format("{} windows, {} to {}", windows.size(), windows.front(), windows.back());
}

std::string title_of(const EvaluateReport& r) {
  return r.runs.size() == 1 ? "A sharpened map of SIF" : "Sharpened maps of SIF";
}

std::string subtitle_of(const EvaluateReport& r) {
  const std::string runs =
      r.runs.size() == 1 ? "Run `" + r.runs.front().name + "`" : fmt::format("{} runs", r.runs.size());
  return runs + fmt::format(" on `{}`", r.dataset) + (r.windows.empty() ? "" : ", " + windows_of(r.windows));
}

}  // namespace

std::string evaluate_page(const EvaluateReport& r) {
  Page page(title_of(r), subtitle_of(r));
  page.lead(headline(r));
  if (const Html map = maps_section(r); !map.empty()) page.first("maps", "Map", map);
  const auto section_if_any = [&](const char* id, const char* heading, const Html& content) {
    if (!content.empty()) page.section(id, heading, content);
  };
  section_if_any("scores", "Scores", scores_section(r));
  section_if_any("limits", "What these scores do not show", limits_section(r));
  const std::vector<EntryMap> maps = entry_maps(r);
  section_if_any("scatter", "Predicted against actual", scatter_section(r, maps));
  section_if_any("spectra", "Spectra", spectra_section(r));
  section_if_any("windows", "Window by window", windows_section(r, maps));
  section_if_any("strata", "Scores by kind of cell", strata_section(r));
  section_if_any("importance", "Importance of the features", importance_section(r));
  section_if_any("coverage", "Calibration of the intervals", coverage_section(r));
  section_if_any("filled", "Filled gaps", filled_section(r));
  page.section("runs", "Runs", runs_section(r));
  page.section("splits", "Splits", splits_section(r));
  page.section("curves", "Training over epochs", curves_section(r));
  page.section("provenance", "Provenance", provenance_section(r.provenance));
  return page.text();
}

}  // namespace unetsr::pipeline::report
