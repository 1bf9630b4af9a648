#pragma once
#include <cmath>

#include "kernels/adam.hpp"

// The specification, for any scalar with arithmetic and sqrt (double, float, Dual).
namespace unetsr::kernels::reference {

template <class T>
void adam_step(const AdamFactors& k, int64_t count, const T* gradient, T* m, T* v, T* w) {
  using std::sqrt;
  for (int64_t i = 0; i < count; ++i) {
    const T g = gradient[i] + T(k.gradient_decay) * w[i];
    m[i] = T(k.beta1) * m[i] + T(k.one_minus_beta1) * g;
    v[i] = T(k.beta2) * v[i] + T(k.one_minus_beta2) * g * g;
    w[i] = T(k.weight_factor) * w[i] - T(k.step_size) * m[i] / (sqrt(v[i]) * T(k.inverse_root) + T(k.epsilon));
  }
}

}  // namespace unetsr::kernels::reference
