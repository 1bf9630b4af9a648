#pragma once
#include <vector>

#include "pipeline/evaluate/figure_intervals.hpp"
#include "pipeline/evaluate/map_scorer.hpp"
#include "pipeline/report/evaluate_report.hpp"

// Figures, intervals and paired differences of the entries of one pool, out of their scores in parts.
namespace unetsr::pipeline {

// Adds a part of the same scene, `times` over.
void add(const ScoredMap& part, ScoredMap& sum, double times = 1);

// Fills metrics, spread, intervals, map and differences of pool.entries, whose scores `scores` has in the same order,
// and the pool's best baselines, contributions and windows (data::WindowVariance). An entry's figure is the mean over
// its seeds. `reference`: the baseline that skill is against; baselines have one seed. `compared`: the entry that
// less_reference is to; as many as there are entries for none.
void fill_figures(report::Pool&, const std::vector<ScoredSeeds>& scores, size_t reference, size_t compared,
                  const data::PlaceBlocks&);

// The strata of the pool's entries, in the order of the scorer's families.
std::vector<report::Stratum> strata_of(const std::vector<ScoredSeeds>&, const MapScorer&);
// Mean power over tiles, the target's first; none where there are no tiles.
std::optional<report::Spectra> spectra_of(const report::Pool&, const std::vector<ScoredSeeds>&, const MapScorer&);

}  // namespace unetsr::pipeline
