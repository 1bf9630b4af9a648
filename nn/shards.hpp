#pragma once
#include <cstddef>
#include <vector>

#include "nn/batch_feed.hpp"
#include "nn/model_spec.hpp"

// A batch in shards, whose gradients are computed apart and added in their order: several processes that share a
// training step, each with some of the shards, have the bits of one process.
namespace unetsr::nn {

// Between the processes that share a training. Each has a network of its own, with the same weights.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual int rank() const = 0;  // of this process, from 0
  virtual int size() const = 0;
  // `all`: `count` pieces of `bytes` each, on the host. A process brings those from first_of(its rank, count) up to the
  // first of the next; afterwards each process has all. Every process calls it.
  virtual void gather(void* all, size_t bytes, int count) const = 0;

  int first_of(int process, int count) const { return int(int64_t(count) * process / size()); }
};

// One shard of a batch: some of its images, as even in number as can be, with their targets and footprints.
class Shard {
 public:
  // Shard `index` of `count`, at most as many as there are images. The host's batch lasts longer; the result is good
  // until the next call. Where no footprint lies in these images there is an empty one, whose target is missing. Throws
  // ShapeError for a footprint with cells in several shards.
  const Batch& of(const Batch&, int index, int count);

 private:
  void take_footprints(const Batch&, int64_t first_cell, int64_t end_cell);

  Batch part_;
  kernels::FootprintMatrix footprints_;
  std::vector<float> targets_;
};

// How many shards cost nothing: several where the weights are so few that computing their gradients in shards takes no
// longer; else 1.
int shards_of_batch(const ModelSpec&);

// Images of a batch.
int images_of(const Batch&);

}  // namespace unetsr::nn
