#pragma once
#include "kernels/cuda/stream.hpp"
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Work before and after the calls of a library that has other layouts and no gates.
namespace unetsr::kernels::cuda {

// to(j, i) = from(i, j)
void transpose(Stream&, const float* from, int rows, int columns, float* to);

// y(., k) += bias(k) where it is not null, then max(y, 0) with `relu`.
void add_bias(Stream&, const float* bias, bool relu, View<float> y);

// dx = (or +=) from where the gate, which lies as dx does, is above 0, else 0.
void put_gated(Stream&, View<const float> from, const float* gate, View<float> dx, Into);

}  // namespace unetsr::kernels::cuda
