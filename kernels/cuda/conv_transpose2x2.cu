#include "kernels/cuda/conv_transpose2x2.hpp"

#include "kernels/cuda/channel_sums.hpp"
#include "kernels/cuda/products.hpp"

namespace unetsr::kernels::cuda {

// Four products with the pixels of x, one for each place in a square of y.
void conv_transpose2x2(Queue& queue, View<const float> x, View<const float> w, const float* bias, View<float> y,
                       bool relu) {
  pixel_product(queue, {.from = {.image = x}, .w = w.data, .bias = bias, .relu = relu, .to = y, .phases = 4});
}

// The square of dy that belongs to a pixel of dx: four taps.
void conv_transpose2x2_backward_data(Queue& queue, View<const float> dy, View<const float> w, View<float> dx, Into into,
                                     const float* gate) {
  pixel_product(queue, {.from = {.image = dy, .rows = 2, .columns = 2, .stride = 2},
                        .w = w.data,
                        .transposed = true,
                        .into = into,
                        .gate = gate,
                        .to = dx});
}

void conv_transpose2x2_backward_weights(Queue& queue, View<const float> x, View<const float> dy, View<float> dw,
                                        float* dbias) {
  weight_product(queue, {.from = {.image = x}, .dy = dy, .dw = dw.data, .phases = 4});
  if (dbias) channel_sums(queue.stream(), dy, dbias);
}

}  // namespace unetsr::kernels::cuda
