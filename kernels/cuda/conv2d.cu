#include "kernels/cuda/conv2d.hpp"

#include "kernels/cuda/channel_sums.hpp"
#include "kernels/cuda/products.hpp"
#include "kernels/cudnn/conv2d.hpp"

namespace unetsr::kernels::cuda {
namespace {

// The taps of a kernel of the shape of `w`, centred.
Gather around(View<const float> image, Shape w) {
  return {.image = image, .rows = w.n, .columns = w.h, .top = w.n / 2, .left = w.h / 2};
}

}  // namespace

void conv2d(Queue& queue, View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu) {
  if (queue.convolutions() == Convolutions::cudnn) return cudnn::conv2d(queue, x, w, bias, y, relu);
  pixel_product(queue, {.from = around(x, w.shape()), .w = w.data, .bias = bias, .relu = relu, .to = y});
}

// A convolution of dy with the kernel turned about its centre.
void conv2d_backward_data(Queue& queue, View<const float> dy, View<const float> w, View<float> dx, Into into,
                          const float* gate) {
  if (queue.convolutions() == Convolutions::cudnn) return cudnn::conv2d_backward_data(queue, dy, w, dx, into, gate);
  pixel_product(queue, {.from = around(dy, w.shape()),
                        .w = w.data,
                        .transposed = true,
                        .flipped = true,
                        .into = into,
                        .gate = gate,
                        .to = dx});
}

void conv2d_backward_weights(Queue& queue, View<const float> x, View<const float> dy, View<float> dw, float* dbias) {
  if (queue.convolutions() == Convolutions::cudnn) return cudnn::conv2d_backward_weights(queue, x, dy, dw, dbias);
  weight_product(queue, {.from = around(x, dw.shape()), .dy = dy, .dw = dw.data});
  if (dbias) channel_sums(queue.stream(), dy, dbias);
}

}  // namespace unetsr::kernels::cuda
