#include "nn/shards.hpp"

#include <limits>

#include "kernels/shape_check.hpp"

namespace unetsr::nn {
namespace {

View<const float> images(const View<const float>& all, int first, int count) {
  if (!all.data) return all;
  return {all.pixel(first, 0, 0), count, all.h, all.w, all.c, all.pitch};
}

}  // namespace

// The smaller arrays of a shard stay in a processor's cache; passes over many weights, one for each shard, cost more.
int shards_of_batch(const ModelSpec& spec) {
  constexpr int64_t few = 20000;
  return parameter_count(spec) <= few ? 4 : 1;
}

int images_of(const Batch& batch) {
  return batch.patches.crops.empty() ? batch.inputs.n : int(batch.patches.crops.size());
}

const Batch& Shard::of(const Batch& batch, int index, int count) {
  const int64_t all = images_of(batch);
  const int first = int(all * index / count), end = int(all * (index + 1) / count);
  kernels::require(first < end, [&] {
    return "a batch of " + std::to_string(all) + " images in " + std::to_string(count) + " shards leaves one empty";
  });
  part_ = batch;
  part_.inputs = images(batch.inputs, first, end - first);
  if (!batch.patches.crops.empty())
    part_.patches.crops = batch.patches.crops.subspan(size_t(first), size_t(end - first));
  if (!batch.footprints) {
    part_.targets = images(batch.targets, first, end - first);
    return part_;
  }
  const int64_t cells = batch.footprints->by_cell.rows() / all;
  take_footprints(batch, first * cells, end * cells);
  return part_;
}

void Shard::take_footprints(const Batch& batch, int64_t first_cell, int64_t end_cell) {
  const kernels::SparseRows& rows = batch.footprints->by_footprint;
  footprints_.clear();
  targets_.clear();
  for (int64_t r = 0; r < rows.rows(); ++r) {
    const int64_t begin = rows.begin[size_t(r)], end = rows.begin[size_t(r) + 1];
    if (begin == end) continue;  // of no cell: it changes nothing
    const auto inside = [&](int64_t k) {
      return rows.index[size_t(k)] >= first_cell && rows.index[size_t(k)] < end_cell;
    };
    if (!inside(begin)) continue;
    for (int64_t k = begin; k < end; ++k) {
      kernels::require(inside(k),
                       [&] { return "footprint " + std::to_string(r) + " has cells in several shards of the batch"; });
      footprints_.add_entry(int32_t(rows.index[size_t(k)] - first_cell), rows.weight[size_t(k)]);
    }
    footprints_.end_footprint();
    targets_.push_back(batch.targets.data[r * batch.targets.pitch]);
  }
  if (targets_.empty()) {
    footprints_.end_footprint();
    targets_.push_back(std::numeric_limits<float>::quiet_NaN());
  }
  part_.footprints = footprints_.view(end_cell - first_cell);
  part_.targets = {targets_.data(), int(targets_.size()), 1, 1, 1};
}

}  // namespace unetsr::nn
