#pragma once
#include "kernels/lbp.hpp"

// The eight adjacent neighbours are compared over whole rows of a padded copy; other circles cell by cell.
namespace unetsr::kernels::cpu {

void lbp(const Lbp& options, View<const float> x, View<float> y);

}  // namespace unetsr::kernels::cpu
