#pragma once
#include "kernels/cuda/stream.hpp"
#include "kernels/view.hpp"

namespace unetsr::kernels::cuda {

// sums(c) = sum over all pixels of x(pixel, c): the gradient of a bias. In an order of its own, the same on every GPU.
void channel_sums(Stream&, View<const float> x, float* sums);

}  // namespace unetsr::kernels::cuda
