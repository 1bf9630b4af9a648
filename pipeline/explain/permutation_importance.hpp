#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/console/progress.hpp"
#include "pipeline/explain/held_out_maps.hpp"
#include "pipeline/report/importance.hpp"

namespace unetsr::pipeline {

// Permutation importance (Breiman 2001; Fisher, Rudin, Dominici 2019): how much worse a network's maps become when one
// channel is permuted among the held-out cells, and the network stays as it is. Only what the network reads is changed,
// not the first guess that its output is added to. Whole blocks of cells change places within their window
// (data/features/block_permutation.hpp), as large as the coarse SIF correlates where there are blocks enough: a network
// that looks at neighbours would see through cells that are permuted one by one.
struct PermutationImportance {
  data::Metrics unpermuted;
  int block_cells = 0;                              // side of a block
  std::vector<report::FeatureImportance> features;  // channels and groups of them, the largest rise first
};

// `draws`: permutations, the same for all channels, with `seed` and the seeds after it. Throws Error where so few cells
// are held out that nothing can change places.
PermutationImportance permutation_importance(const HeldOutMaps&, int draws, uint64_t seed, const Output&);

}  // namespace unetsr::pipeline
