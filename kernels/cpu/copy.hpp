#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Bound by memory. Exact; what is added is rounded once.
namespace unetsr::kernels::cpu {

void copy(View<const float> x, View<float> y, Into into);

}  // namespace unetsr::kernels::cpu
