#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/file_blocks.hpp"

// The identity of a dataset: SHA-256 of what it holds, grid, windows, layers and soundings, but not where they came
// from. Equal for datasets prepared twice of the same inputs; a value that differs in one bit makes another. It is the
// sum over the grid and the layers' names, over the sums of each layer's blocks (window, then block, by rows), and over
// the sums of the soundings' batches; so it can be computed block by block, in any order.
namespace unetsr::data {

using Digest = std::array<uint8_t, 32>;

// Of one window's values (rows x columns of `part`, `pitch` values from row to row).
Digest digest_of(const float* values, const Part& part, int64_t pitch);

// How many soundings are one batch.
inline constexpr size_t soundings_in_batch = 8192;
// The whole columns, each with its name. Optional columns count where they have an entry for each sounding.
Digest digest_of(const Soundings& batch);

class IdentitySum {
 public:
  // Grid, windows, region, coarse factor and layers of a dataset, whose values are not read.
  explicit IdentitySum(const Dataset& description);

  void set(size_t layer, int window, int64_t block, const Digest& d) {
    put(layers_, fine_blocks_, layer, window, block, d);
  }
  void set_coarse(size_t layer, int window, int64_t block, const Digest& d) {
    put(coarse_layers_, coarse_blocks_, layer, window, block, d);
  }
  // The next batch of soundings.
  void add(const Digest& batch) { batches_.push_back(batch); }
  // In lower-case hexadecimal digits.
  std::string hexadecimal() const;

 private:
  using Sums = std::vector<std::vector<Digest>>;  // layer; window and block
  static void put(Sums& sums, int64_t blocks, size_t layer, int window, int64_t block, const Digest& d) {
    sums[layer][size_t(window * blocks + block)] = d;
  }

  Dataset description_;
  int64_t fine_blocks_, coarse_blocks_;
  Sums layers_, coarse_layers_;
  std::vector<Digest> batches_;
};

std::string identity_of(const Dataset&);

}  // namespace unetsr::data
