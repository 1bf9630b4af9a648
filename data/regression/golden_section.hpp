#pragma once
#include "kernels/function_ref.hpp"

namespace unetsr::data {

// The place of the minimum of f, which has a single dip between low and high, to within `tolerance` (Kiefer 1953).
// Where f only falls or only rises, that place is within `tolerance` of an end.
double golden_section(double low, double high, double tolerance, FunctionRef<double(double)> f);

}  // namespace unetsr::data
