#include "kernels/lbp.hpp"

#include "kernels/cpu/lbp.hpp"
#include "kernels/cuda/lbp.hpp"
#include "kernels/reference/lbp.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

void lbp(Queue& queue, const Lbp& options, View<const float> x, View<float> y) {
  require_shape("lbp: y", y, x.shape());
  require(options.points >= 1 && options.points <= most_lbp_points, "lbp: the number of neighbours must be 1 to " +
                                                                        std::to_string(most_lbp_points) + ", got " +
                                                                        std::to_string(options.points));
  require(options.radius > 0 && options.radius <= 1e6,
          "lbp: the radius must be above 0 and at most a million cells, got " + std::to_string(options.radius));
  require(options.variant != LbpVariant::paper || (options.points == 8 && options.radius == 1),
          "lbp: the paper's variant has 8 neighbours at radius 1, got " + std::to_string(options.points) +
              " at radius " + std::to_string(options.radius));
  switch (queue.device()) {
    case Device::reference:
      return reference::lbp(options, x, y);
    case Device::cpu:
      return cpu::lbp(options, x, y);
    case Device::cuda:
      return cuda::lbp(queue, options, x, y);
  }
}

}  // namespace unetsr::kernels
