#pragma once
#include <cstdint>

#include "kernels/queue.hpp"

// One step of Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019) over flat arrays of `count` values.
//
//   g = gradient                               (Adam with weight decay: + weight_decay w)
//   w = w (1 - learning_rate weight_decay)     (AdamW only)
//   m = beta1 m + (1 - beta1) g
//   v = beta2 v + (1 - beta2) g^2
//   w = w - learning_rate / (1 - beta1^step) m / (sqrt(v / (1 - beta2^step)) + epsilon)
//
// m and v start as zeros. Updates w, m and v in place. Where all is 0 it stays 0.
namespace unetsr::kernels {

struct Adam {
  float learning_rate = 1e-3f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f, weight_decay = 0;
  bool decoupled = false;  // AdamW
};

// The factors of the formulas for one step.
struct alignas(16) AdamFactors {
  float beta1, one_minus_beta1, beta2, one_minus_beta2;
  float gradient_decay;  // Adam: added to the gradient, times w
  float weight_factor;   // AdamW: 1 - learning_rate weight_decay
  float step_size;       // learning_rate / (1 - beta1^step)
  float inverse_root;    // 1 / sqrt(1 - beta2^step)
  float epsilon;
};

// `step` counts from 1; throws ShapeError.
AdamFactors adam_factors(const Adam&, int64_t step);

// All arrays, and the factors too, are in the queue's memory.
template <class T>
void adam_step(Queue&, const AdamFactors*, int64_t count, const T* gradient, T* m, T* v, T* w);

}  // namespace unetsr::kernels
