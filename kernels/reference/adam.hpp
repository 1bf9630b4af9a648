#pragma once
#include <cmath>

#include "kernels/adam.hpp"

// The specification, for any scalar with arithmetic and sqrt (double, float, Dual).
namespace unetsr::kernels::reference {

template <class T>
void adam_step(const Adam& adam, int64_t step, int64_t count, const T* gradient, T* m, T* v, T* w) {
  using std::sqrt;
  const double beta1 = adam.beta1, beta2 = adam.beta2;
  const T correction1 = T(1 - std::pow(beta1, double(step))), correction2 = T(1 - std::pow(beta2, double(step)));
  const T learning_rate = T(adam.learning_rate), weight_decay = T(adam.weight_decay), epsilon = T(adam.epsilon);
  for (int64_t i = 0; i < count; ++i) {
    T g = gradient[i];
    if (adam.decoupled)
      w[i] = w[i] * (T(1) - learning_rate * weight_decay);
    else
      g = g + weight_decay * w[i];
    m[i] = T(beta1) * m[i] + T(1 - beta1) * g;
    v[i] = T(beta2) * v[i] + T(1 - beta2) * g * g;
    w[i] = w[i] - learning_rate / correction1 * m[i] / (sqrt(v[i] / correction2) + epsilon);
  }
}

}  // namespace unetsr::kernels::reference
