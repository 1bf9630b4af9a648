#pragma once
#include "kernels/function_ref.hpp"

namespace unetsr::data {

// Where f, with a single dip between low and high, is least, to within `tolerance` (Kiefer 1953). Where it only falls
// or only rises, the place is that close to an end.
double golden_section(double low, double high, double tolerance, FunctionRef<double(double)> f);

}  // namespace unetsr::data
