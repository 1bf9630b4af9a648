#pragma once
#include "kernels/adam.hpp"
#include "nn/aligned_vector.hpp"
#include "nn/parameters.hpp"

namespace unetsr::nn {

// Adam or AdamW over all parameters of a network at once.
class Optimizer {
 public:
  Optimizer(const kernels::Adam& adam, int64_t parameters);

  void step(Queue&, Parameters<float>&, float learning_rate);

  // Its state, for checkpoints.
  AlignedVector<float> m, v;
  int64_t steps = 0;

 private:
  kernels::Adam adam_;
};

}  // namespace unetsr::nn
