#pragma once
#include <memory>

#include "autograd/arena.hpp"
#include "kernels/adam.hpp"
#include "kernels/masked_loss.hpp"
#include "nn/checkpoint.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"

namespace unetsr::nn {

// A network with its optimiser.
class Trainer {
 public:
  Trainer(const ModelSpec&, uint64_t seed, Device, kernels::Loss = {}, const kernels::Adam& = {});

  // One step on a batch: inputs (N, H, W, C), targets (N, H, W, 1), NaN where missing. Returns the loss before the
  // step. After the first step of a shape nothing more is allocated here.
  kernels::LossSum<float> step(View<const float> inputs, View<const float> targets, float learning_rate);

  // y (N, H, W, 1) = network(x). Any number of images at once, in batches of bounded memory.
  void predict(View<const float> x, View<float> y);

  Network<float>& network() { return *network_; }
  const autograd::Arena& arena() const { return arena_; }

  // Without epoch and metadata, which are the caller's.
  Checkpoint checkpoint() const;
  // Throws Error naming both models if the checkpoint is another network's.
  void restore(const Checkpoint&);

 private:
  Queue queue_;
  autograd::Arena arena_;
  std::unique_ptr<Network<float>> network_;
  kernels::Loss loss_;
  Optimizer optimizer_;
};

}  // namespace unetsr::nn
