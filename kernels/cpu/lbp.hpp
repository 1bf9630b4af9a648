#pragma once
#include "kernels/lbp.hpp"

// Neighbour by neighbour over runs of cells that lie side by side; the eight adjacent ones all at once.
// The codes are exactly the specification's.
namespace unetsr::kernels::cpu {

void lbp(const Lbp& options, View<const float> x, View<float> y);

}  // namespace unetsr::kernels::cpu
