#include "kernels/cpu/adam.hpp"

#include <cmath>

#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

struct Constants {
  float beta1, one_minus_beta1, beta2, one_minus_beta2;
  float gradient_decay;  // Adam: added to the gradient, times w
  float weight_factor;   // AdamW: what is left of w
  float step_size;       // learning_rate / (1 - beta1^step)
  float inverse_root;    // 1 / sqrt(1 - beta2^step)
  float epsilon;
};

Constants constants(const Adam& adam, int64_t step) {
  const double beta1 = adam.beta1, beta2 = adam.beta2, learning_rate = adam.learning_rate, decay = adam.weight_decay;
  Constants k;
  k.beta1 = adam.beta1;
  k.one_minus_beta1 = float(1 - beta1);
  k.beta2 = adam.beta2;
  k.one_minus_beta2 = float(1 - beta2);
  k.gradient_decay = adam.decoupled ? 0 : adam.weight_decay;
  k.weight_factor = adam.decoupled ? float(1 - learning_rate * decay) : 1;
  k.step_size = float(learning_rate / (1 - std::pow(beta1, double(step))));
  k.inverse_root = float(1 / std::sqrt(1 - std::pow(beta2, double(step))));
  k.epsilon = adam.epsilon;
  return k;
}

UNETSR_CLONES void update(const Constants& k, int64_t count, const float* __restrict gradient, float* __restrict m,
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

void adam_step(const Adam& adam, int64_t step, int64_t count, const float* gradient, float* m, float* v, float* w) {
  const Constants k = constants(adam, step);
  parallel_ranges(count, 16384, [&](int64_t begin, int64_t end) {
    update(k, end - begin, gradient + begin, m + begin, v + begin, w + begin);
  });
}

}  // namespace unetsr::kernels::cpu
