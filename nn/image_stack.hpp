#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/crop.hpp"
#include "kernels/memory.hpp"
#include "kernels/scale.hpp"
#include "kernels/view.hpp"

namespace unetsr::nn {

// Images as the host makes them.
struct Images {
  std::vector<float> inputs;
  Shape shape;                      // of the inputs: (images, H, W, C)
  kernels::ChannelScales scales{};  // of the inputs, on the host; without offset they are what the network reads
  std::vector<float> targets = {};  // (images, H, W, 1), or none
};

// Patches of one size, cut out of images.
struct Patches {
  std::span<const kernels::Crop> crops;
  int rows = 0, columns = 0;
};

// Images that patches are cut from, scaled, where the kernels of a queue work.
class ImageStack {
 public:
  explicit ImageStack(const Queue& queue) : queue_(queue) {}

  // These take the place of those before, behind all that was called on the queue. Throws ShapeError, and Error where
  // there is not enough memory.
  void place(Images);

  // Gives their memory back, until others are placed. No kernel may be at work on them.
  void drop();

  const View<const float>& inputs() const { return inputs_; }
  const View<const float>& targets() const { return targets_; }
  // Of the same layout are images at the same addresses and of the same shapes.
  int64_t layout() const { return layout_; }

 private:
  // Of the host, taken over; on a GPU copied there, where they are after synchronise().
  class Values {
   public:
    float* hold(Queue&, std::vector<float>&);
    void drop() { on_host_ = {}, memory_ = {}; }

   private:
    std::vector<float> on_host_;
    kernels::Memory memory_;
  };

  Queue queue_;
  Values input_values_, target_values_;
  View<const float> inputs_, targets_;
  int64_t layout_ = 0;
};

}  // namespace unetsr::nn
