#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/adam.hpp"
#include "kernels/event.hpp"
#include "kernels/footprint_mean.hpp"
#include "kernels/memory.hpp"
#include "kernels/view.hpp"
#include "nn/image_stack.hpp"

namespace unetsr::nn {

// The batch of a step. A prediction uses the inputs, or patches, alone; a gradient of the inputs uses these, with its
// weights as targets.
struct Batch {
  View<const float> inputs, targets;
  Patches patches;                                // instead of inputs: of images that are there already
  std::optional<kernels::Footprints> footprints;  // targets are means over these
  const kernels::AdamFactors* factors = nullptr;
};

// Brings batches from the host to where the kernels of a queue work. On a GPU they arrive in several places in turn, so
// that the next one is on its way while a step works on the one before. Elsewhere they stay where they are.
class BatchFeed {
 public:
  BatchFeed(const Queue&, int places);

  struct Placed {
    Batch batch;
    int place = 0;
    int64_t layout = 0;  // batches of the same layout lie at the same addresses and have the same shapes
  };
  // On a GPU the host's may change as soon as this returns, and there may be more footprints than the host has: empty
  // ones, whose targets are missing, so that the shapes of batches differ less often.
  Placed bring(const Batch& on_host);
  // When all kernels that work on the batch have been called.
  void release(const Placed&);

 private:
  struct Layout {
    Shape inputs, targets;
    int64_t crops = 0;
    int rows = 0, columns = 0;  // of a patch
    int64_t footprints = 0, cells = 0, entries = 0;
    bool operator==(const Layout&) const = default;
  };
  struct Arrays;
  struct Place {
    explicit Place(const Queue& queue) : arrived(queue), used(queue) {}
    kernels::Memory on_host, memory;
    std::optional<Layout> layout;
    int64_t number = 0;  // of the layout
    kernels::Event arrived, used;
  };
  Layout layout_of(const Batch&);
  static Arrays arrays_of(const Layout&, uintptr_t begin);
  static void fill(const Arrays&, const Layout&, const Batch&);
  void lay_out(Place&, const Layout&);

  Queue queue_;
  std::vector<Place> places_;
  Queue copies_;  // ends before the places do
  size_t turn_ = 0;
  int64_t layouts_ = 0, most_footprints_ = 64, most_entries_ = 1024;
};

}  // namespace unetsr::nn
