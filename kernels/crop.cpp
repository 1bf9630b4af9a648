#include "kernels/crop.hpp"

#include "kernels/cpu/crop.hpp"
#include "kernels/cuda/crop.hpp"
#include "kernels/reference/crop.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {
namespace {

void check(const View<const float>& stack, std::span<const Crop> crops, const View<float>& patches) {
  require_shape("crop: patches", patches, {int(crops.size()), patches.h, patches.w, stack.c});
  for (const Crop& crop : crops) {
    require(crop.orientation >= 0 && crop.orientation < 8,
            [&] { return "crop: the orientation must be 0 to 7, got " + std::to_string(crop.orientation); });
    require(crop.orientation < 4 || patches.h == patches.w, [&] {
      return "crop: patches of shape " + to_string(patches.shape()) + " cannot be turned, they must be square";
    });
    require(crop.image >= 0 && crop.image < stack.n && crop.row >= 0 && crop.row <= stack.h - patches.h &&
                crop.column >= 0 && crop.column <= stack.w - patches.w,
            [&] {
              return "crop: the patch at image " + std::to_string(crop.image) + ", row " + std::to_string(crop.row) +
                     ", column " + std::to_string(crop.column) + " of shape " + to_string(patches.shape()) +
                     " leaves the stack of shape " + to_string(stack.shape());
            });
  }
}

}  // namespace

void crop(Queue& queue, View<const float> stack, std::span<const Crop> crops, View<float> patches) {
  check(stack, crops, patches);
  switch (queue.device()) {
    case Device::reference:
      return reference::crop(stack, crops, patches);
    case Device::cpu:
      return cpu::crop(stack, crops, patches);
    case Device::cuda:
      return cuda::crop(queue, stack, crops, patches);
  }
}

}  // namespace unetsr::kernels
