#include "kernels/scale.hpp"

#include "kernels/cpu/scale.hpp"
#include "kernels/cuda/scale.hpp"
#include "kernels/reference/scale.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

void scale(Queue& queue, View<const float> x, const ChannelScales& scales, View<float> y) {
  require_shape("scale: y", y, x.shape());
  switch (queue.device()) {
    case Device::reference:
      return reference::scale(x, scales, y);
    case Device::cpu:
      return cpu::scale(x, scales, y);
    case Device::cuda:
      return cuda::scale(queue, x, scales, y);
  }
}

}  // namespace unetsr::kernels
