#include "kernels/cpu/copy.hpp"

#include <algorithm>

#include "kernels/cpu/elementwise.hpp"

namespace unetsr::kernels::cpu {

void copy(View<const float> x, View<float> y, Into into) {
  if (into == Into::write) {
    elementwise([](int64_t count, const float* from, float* to) { std::copy_n(from, count, to); }, x, y);
  } else {
    elementwise(
        [](int64_t count, const float* from, float* to) {
#pragma GCC ivdep
          for (int64_t i = 0; i < count; ++i) to[i] += from[i];
        },
        x, y);
  }
}

}  // namespace unetsr::kernels::cpu
