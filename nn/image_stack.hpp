#pragma once
#include <cstdint>
#include <span>

#include "kernels/crop.hpp"
#include "kernels/memory.hpp"
#include "kernels/view.hpp"

namespace unetsr::nn {

// Patches of one size, cut out of images.
struct Patches {
  std::span<const kernels::Crop> crops;
  int rows = 0, columns = 0;
};

// Images that patches are cut from, where the kernels of a queue work: on a GPU a copy, elsewhere what the host has.
class ImageStack {
 public:
  explicit ImageStack(const Queue& queue) : queue_(queue) {}

  // inputs: (images, H, W, C); targets: (images, H, W, 1), or none. On a GPU they take the place of those before,
  // behind all that was called on the queue, and the host's may change as soon as this returns; elsewhere the host's
  // must stay until the next call. Throws ShapeError, and Error where there is not enough memory.
  void place(View<const float> inputs, View<const float> targets = {});

  const View<const float>& inputs() const { return inputs_; }
  const View<const float>& targets() const { return targets_; }
  // Of the same layout are images at the same addresses and of the same shapes.
  int64_t layout() const { return layout_; }

 private:
  View<const float> on_device(kernels::Memory&, View<const float> on_host);

  Queue queue_;
  kernels::Memory input_memory_, target_memory_;
  View<const float> inputs_, targets_;
  int64_t layout_ = 0;
};

}  // namespace unetsr::nn
