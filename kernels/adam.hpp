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
// `step` counts from 1. m and v start as zeros. Updates w, m and v in place.
namespace unetsr::kernels {

struct Adam {
  float learning_rate = 1e-3f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f, weight_decay = 0;
  bool decoupled = false;  // AdamW
};

template <class T>
void adam_step(Queue&, const Adam&, int64_t step, int64_t count, const T* gradient, T* m, T* v, T* w);

}  // namespace unetsr::kernels
