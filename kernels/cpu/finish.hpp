#pragma once
#include <cstdint>

namespace unetsr::kernels::cpu {

// The last steps of a convolution: from a sum over products to a value of y.
struct Finish {
  const float* bias = nullptr;  // one value an output channel
  bool relu = false, add = false;
  const float* gate = nullptr;  // values that lie as y does: where one is not above 0 the sum counts as 0

  // The gate of a part of y.
  const float* gate_at(const float* part, const float* y) const { return gate ? gate + (part - y) : nullptr; }
};

}  // namespace unetsr::kernels::cpu
