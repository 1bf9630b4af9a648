#include "kernels/cpu/adam.hpp"

#include <cmath>

#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

UNETSR_CLONES void update(const AdamFactors& k, int64_t count, const float* __restrict gradient, float* __restrict m,
                          float* __restrict v, float* __restrict w) {
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i] + k.gradient_decay * w[i];
    const float mean = k.beta1 * m[i] + k.one_minus_beta1 * g;
    const float square = k.beta2 * v[i] + k.one_minus_beta2 * g * g;
    m[i] = mean;
    v[i] = square;
    w[i] = k.weight_factor * w[i] - k.step_size * mean / (std::sqrt(square) * k.inverse_root + k.epsilon);
  }
}

}  // namespace

void adam_step(const AdamFactors& k, int64_t count, const float* gradient, float* m, float* v, float* w) {
  parallel_ranges(count, 16384, [&](int64_t begin, int64_t end) {
    update(k, end - begin, gradient + begin, m + begin, v + begin, w + begin);
  });
}

}  // namespace unetsr::kernels::cpu
