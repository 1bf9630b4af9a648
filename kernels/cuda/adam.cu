#include "kernels/cuda/adam.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

__device__ void update(const AdamFactors& k, float g, float& m, float& v, float& w) {
  g += k.gradient_decay * w;
  m = k.beta1 * m + k.one_minus_beta1 * g;
  v = k.beta2 * v + k.one_minus_beta2 * g * g;
  w = k.weight_factor * w - k.step_size * m / (sqrtf(v) * k.inverse_root + k.epsilon);
}

struct Step {
  const AdamFactors* factors;
  const float* gradient;
  float *m, *v, *w;
  unsigned fours;  // groups of four; the values behind them are taken one by one

  __device__ void operator()(unsigned i) const {
    const AdamFactors k = *factors;
    if (i < fours) {
      float4 &m4 = reinterpret_cast<float4*>(m)[i], &v4 = reinterpret_cast<float4*>(v)[i],
             &w4 = reinterpret_cast<float4*>(w)[i];
      const float4 g = reinterpret_cast<const float4*>(gradient)[i];
      float4 new_m = m4, new_v = v4, new_w = w4;
      update(k, g.x, new_m.x, new_v.x, new_w.x);
      update(k, g.y, new_m.y, new_v.y, new_w.y);
      update(k, g.z, new_m.z, new_v.z, new_w.z);
      update(k, g.w, new_m.w, new_v.w, new_w.w);
      m4 = new_m, v4 = new_v, w4 = new_w;
    } else {
      const int64_t at = int64_t(3) * fours + i;
      update(k, gradient[at], m[at], v[at], w[at]);
    }
  }
};

}  // namespace

void adam_step(Queue& queue, const AdamFactors* factors, int64_t count, const float* gradient, float* m, float* v,
               float* w) {
  const auto aligned = [](auto... p) { return ((reinterpret_cast<uintptr_t>(p) % 16 == 0) && ...); };
  const int64_t fours = aligned(gradient, m, v, w) ? count / 4 : 0;
  for_each(queue.stream(), count - 3 * fours, Step{factors, gradient, m, v, w, unsigned(fours)});
}

}  // namespace unetsr::kernels::cuda
