#pragma once
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/report/sections.hpp"

// The sections of the page of an evaluation; empty where there is nothing to show.
namespace unetsr::pipeline::report {

// How a pool's entry is called, and its colour on every chart: each network its own, baselines grey.
std::string entry_name(const PooledEntry&);
std::string entry_colour(const Pool&, size_t entry);

// What the runs of one seed of a network predicted of all that they held out; of several seeds the first.
struct EntryMap {
  std::string name;
  std::vector<float> values;                // against soundings those that all soundings corrected
  std::vector<float> measured, remeasured;  // see EvaluatedRun
};
std::vector<EntryMap> entry_maps(const EvaluateReport&);

Html headline(const EvaluateReport&);  // key figures, and what they say
Html scores_section(const EvaluateReport&);
Html limits_section(const EvaluateReport&);  // what the scores do not show
Html maps_section(const EvaluateReport&);    // the map of the region
Html scatter_section(const EvaluateReport&, const std::vector<EntryMap>&);
Html spectra_section(const EvaluateReport&);
Html strata_section(const EvaluateReport&);
Html importance_section(const EvaluateReport&);
Html coverage_section(const EvaluateReport&);
Html runs_section(const EvaluateReport&);
Html splits_section(const EvaluateReport&);
Html curves_section(const EvaluateReport&);

}  // namespace unetsr::pipeline::report
