#pragma once
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/report/sections.hpp"

// The sections of the page of an evaluation; empty where there is nothing to show.
namespace unetsr::pipeline::report {

// The name of a pool's entry, and its colour on bars: each network its own, baselines grey.
std::string entry_name(const PooledEntry&);
std::string entry_name(const std::string& name);
std::string entry_colour(const Pool&, size_t entry);
// Its line, without values: baselines broken and in other colours, so that they can be distinguished. The best network,
// the best baseline and the coarse SIF are shown at first.
Series entry_series(const Pool&, size_t entry);

// A pool with fewer baselines, so that charts can be read: of each the map of the least RMSE, and the coarse SIF
// unchanged.
Pool condensed(const Pool&);

// What the runs of one seed of a network predicted of all that they held out; of several seeds the first.
struct EntryMap {
  std::string name;
  std::vector<float> values;                // against soundings those that all soundings corrected
  std::vector<float> measured, remeasured;  // see EvaluatedRun
};
std::vector<EntryMap> entry_maps(const EvaluateReport&);

Html headline(const EvaluateReport&);  // key figures and their meaning
Html scores_section(const EvaluateReport&);
// Of the section of scores: one row a baseline, and a column for what its map is made of and corrected by.
Html baselines_part(const Pool&);
Html contributions_part(const Pool&);
Cell difference_cell(const data::Estimate& difference);
Html limits_section(const EvaluateReport&);  // what the scores do not show
Html maps_section(const EvaluateReport&);    // the map of the region
Html scatter_section(const EvaluateReport&, const std::vector<EntryMap>&);
Html residuals_part(const EvaluateReport&, const std::vector<EntryMap>&);
Html windows_section(const EvaluateReport&, const std::vector<EntryMap>&);  // scores and mean SIF over time
Html spectra_section(const EvaluateReport&);
Html strata_section(const EvaluateReport&);
// Chart and scores of the strata of one family.
Html strata_part(const Pool&, const std::vector<const Stratum*>&);
Html importance_section(const EvaluateReport&);
Html coverage_section(const EvaluateReport&);
Html filled_section(const EvaluateReport&);  // scores of filled gaps
Html runs_section(const EvaluateReport&);
Html splits_section(const EvaluateReport&);
Html curves_section(const EvaluateReport&);

}  // namespace unetsr::pipeline::report
