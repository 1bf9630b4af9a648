#include "nn/batch_feed.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "kernels/copy.hpp"

namespace unetsr::nn {
namespace {

struct Rows {
  int64_t* begin;
  int32_t* index;
  float* weight;
};

// Rows behind those of `from` are empty.
void copy_rows(const kernels::SparseRows& from, int64_t rows, const Rows& to) {
  const auto end = std::copy(from.begin.begin(), from.begin.end(), to.begin);
  std::fill(end, to.begin + rows + 1, from.begin.back());
  std::copy(from.index.begin(), from.index.end(), to.index);
  std::copy(from.weight.begin(), from.weight.end(), to.weight);
}

// Arrays one after the other, each at a multiple of 256 bytes.
class Pieces {
 public:
  explicit Pieces(uintptr_t begin) : at_(begin) {}

  template <class T>
  T* next(int64_t count) {
    T* const piece = reinterpret_cast<T*>(at_);
    at_ += (size_t(count) * sizeof(T) + 255) / 256 * 256;
    return piece;
  }
  Rows next_rows(int64_t rows, int64_t entries) {
    return {next<int64_t>(rows + 1), next<int32_t>(entries), next<float>(entries)};
  }
  uintptr_t end() const { return at_; }

 private:
  uintptr_t at_;
};

int64_t at_least(int64_t size, int64_t most_so_far) {
  return std::max(int64_t(std::bit_ceil(uint64_t(size))), most_so_far);
}

}  // namespace

// Where the parts of a batch lie.
struct BatchFeed::Arrays {
  kernels::AdamFactors* factors;
  float *inputs, *targets;
  kernels::Crop* crops;
  Rows by_footprint, by_cell;
  uintptr_t end;

  Batch batch(const Layout& l) const {
    Batch b;
    if (l.inputs.size() > 0) b.inputs = {inputs, l.inputs};
    if (l.targets.size() > 0) b.targets = {targets, l.targets};
    b.patches = {{crops, size_t(l.crops)}, l.rows, l.columns};
    b.factors = factors;
    const auto rows = [&](const Rows& r, int64_t count) {
      const size_t begins = size_t(count) + 1, entries = size_t(l.entries);
      return kernels::SparseRows{{r.begin, begins}, {r.index, entries}, {r.weight, entries}};
    };
    if (l.footprints > 0) b.footprints = {rows(by_footprint, l.footprints), rows(by_cell, l.cells)};
    return b;
  }
};

BatchFeed::BatchFeed(const Queue& queue, int places) : queue_(queue), copies_(queue.device()) {
  for (int i = 0; i < places; ++i) places_.emplace_back(queue);
}

BatchFeed::Layout BatchFeed::layout_of(const Batch& batch) {
  Layout l{batch.inputs.shape(), batch.targets.shape(), int64_t(batch.patches.crops.size()), batch.patches.rows,
           batch.patches.columns};
  if (!batch.footprints) return l;
  l.cells = batch.footprints->by_cell.rows();
  l.footprints = most_footprints_ = at_least(batch.footprints->by_footprint.rows(), most_footprints_);
  l.entries = most_entries_ = at_least(int64_t(batch.footprints->by_footprint.index.size()), most_entries_);
  l.targets.n = int(l.footprints);
  return l;
}

BatchFeed::Arrays BatchFeed::arrays_of(const Layout& l, uintptr_t begin) {
  Pieces pieces(begin);
  Arrays a{pieces.next<kernels::AdamFactors>(1),
           pieces.next<float>(l.inputs.size()),
           pieces.next<float>(l.targets.size()),
           pieces.next<kernels::Crop>(l.crops),
           {},
           {},
           {}};
  if (l.footprints > 0) {
    a.by_footprint = pieces.next_rows(l.footprints, l.entries);
    a.by_cell = pieces.next_rows(l.cells, l.entries);
  }
  a.end = pieces.end();
  return a;
}

void BatchFeed::fill(const Arrays& to, const Layout& l, const Batch& from) {
  Queue host(Device::cpu);
  if (from.factors) *to.factors = *from.factors;
  kernels::copy<float>(host, from.inputs, View<float>(to.inputs, l.inputs));
  kernels::copy<float>(host, from.targets, View<float>(to.targets, from.targets.shape()));
  std::copy(from.patches.crops.begin(), from.patches.crops.end(), to.crops);
  std::fill(to.targets + from.targets.size(), to.targets + l.targets.size(), std::numeric_limits<float>::quiet_NaN());
  if (!from.footprints) return;
  copy_rows(from.footprints->by_footprint, l.footprints, to.by_footprint);
  copy_rows(from.footprints->by_cell, l.cells, to.by_cell);
}

// The layout last: where memory runs out, the place keeps the one that fits.
void BatchFeed::lay_out(Place& place, const Layout& layout) {
  const size_t bytes = arrays_of(layout, 0).end;
  if (bytes > place.memory.bytes()) {
    place.used.synchronise();
    place.on_host = kernels::Memory::on_host(queue_, bytes);
    place.memory = kernels::Memory(queue_, bytes);
  }
  place.layout = layout;
  place.number = ++layouts_;
}

BatchFeed::Placed BatchFeed::bring(const Batch& on_host) {
  if (queue_.device() != Device::cuda) return {on_host};
  const int turn = int(turn_++ % places_.size());
  Place& place = places_[size_t(turn)];
  // The host's memory is free again when the batch that was there before has left it, the GPU's when it was used.
  place.arrived.synchronise();
  const Layout layout = layout_of(on_host);
  if (layout != place.layout) lay_out(place, layout);
  const Arrays sent = arrays_of(layout, uintptr_t(place.on_host.data()));
  fill(sent, layout, on_host);
  place.used.hold(copies_);
  kernels::upload(copies_, place.on_host.data(), place.memory.data(), sent.end - uintptr_t(place.on_host.data()));
  place.arrived.record(copies_);
  place.arrived.hold(queue_);
  return {arrays_of(layout, uintptr_t(place.memory.data())).batch(layout), turn, place.number};
}

void BatchFeed::release(const Placed& placed) {
  if (queue_.device() == Device::cuda) places_[size_t(placed.place)].used.record(queue_);
}

}  // namespace unetsr::nn
