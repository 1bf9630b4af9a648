#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/console/progress.hpp"
#include "pipeline/explain/held_out_maps.hpp"
#include "pipeline/report/importance.hpp"

namespace unetsr::pipeline {

// Permutation importance (Breiman 2001; Fisher, Rudin, Dominici 2019): the rise of the error of a network's maps when
// one channel is permuted among the test cells, without a new training. Only the inputs of the network are changed, not
// the first guess that its output is added to. Whole blocks of cells change places within their window
// (data/features/block_permutation.hpp), with the correlation length of the coarse SIF as their side where that leaves
// enough blocks: from its neighbours a network could infer a single permuted cell.
struct PermutationImportance {
  data::Metrics unpermuted;
  int block_cells = 0;                              // side of a block
  std::vector<report::FeatureImportance> features;  // channels and groups of them, the largest rise first
};

// `draws`: permutations, the same for all channels, with `seed` and the seeds after it. Throws Error where so few cells
// are held out that nothing can change places.
PermutationImportance permutation_importance(const HeldOutMaps&, int draws, uint64_t seed, const Output&);

}  // namespace unetsr::pipeline
