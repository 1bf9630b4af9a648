#include "kernels/crop.hpp"

#include "kernels/cpu/crop.hpp"
#include "kernels/cuda/crop.hpp"
#include "kernels/reference/crop.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

void check_crops(Shape stack, std::span<const Crop> crops, int rows, int columns) {
  const auto patch = [&] { return "the patch of " + std::to_string(rows) + " x " + std::to_string(columns); };
  for (const Crop& crop : crops) {
    require(crop.orientation >= 0 && crop.orientation < 8,
            [&] { return "crop: the orientation must be 0 to 7, got " + std::to_string(crop.orientation); });
    require(crop.orientation < 4 || rows == columns,
            [&] { return "crop: " + patch() + " cannot be turned, it must be square"; });
    require(crop.image >= 0 && crop.image < stack.n && crop.row >= 0 && crop.row <= stack.h - rows &&
                crop.column >= 0 && crop.column <= stack.w - columns,
            [&] {
              return "crop: " + patch() + " at image " + std::to_string(crop.image) + ", row " +
                     std::to_string(crop.row) + ", column " + std::to_string(crop.column) +
                     " leaves the stack of shape " + to_string(stack);
            });
  }
}

void crop(Queue& queue, View<const float> stack, std::span<const Crop> crops, View<float> patches) {
  require_shape("crop: patches", patches, {int(crops.size()), patches.h, patches.w, stack.c});
  if (queue.device() != Device::cuda) check_crops(stack.shape(), crops, patches.h, patches.w);
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
