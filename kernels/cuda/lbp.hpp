#pragma once
#include "kernels/lbp.hpp"

namespace unetsr::kernels::cuda {

void lbp(Queue&, const Lbp&, View<const float> x, View<float> y);

}  // namespace unetsr::kernels::cuda
