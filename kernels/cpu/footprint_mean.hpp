#pragma once
#include "kernels/footprint_mean.hpp"

namespace unetsr::kernels::cpu {

// The reference's sums, the means and their adjoint, row by row on all threads; kept in double.
// Error against double precision relative to the largest output: below 2e-6.
void sparse_product(const SparseRows&, View<const float> x, View<float> y, Into);

}  // namespace unetsr::kernels::cpu
