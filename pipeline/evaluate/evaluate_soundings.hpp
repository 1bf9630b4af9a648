#pragma once
#include <vector>
#include "pipeline/evaluate/compared_maps.hpp"

#include "pipeline/evaluate/evaluation.hpp"
#include "pipeline/evaluate/file_scene.hpp"
#include "pipeline/evaluate/steps.hpp"

namespace unetsr::pipeline {

struct SoundingScores {
  std::vector<RunEvaluation> runs;
  double noise_ceiling_r2 = 0;  // of a perfect map against the noisy soundings
};

// Scores runs that learnt from footprints on the soundings that they held out, beside what needs no network. Every map
// is made, and corrected, of half of the days and compared with the soundings of the other half. Runs that held out the
// same cells are scored on the same soundings.
SoundingScores evaluate_on_soundings(const std::vector<FinishedRun>&, const std::vector<ScoredSplit>&, const FileScene&,
                                     const std::vector<ComparedMap>& others, const MapScorer&, Steps&);

}  // namespace unetsr::pipeline
