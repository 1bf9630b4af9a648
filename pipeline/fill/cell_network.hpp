#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "nn/trainer.hpp"

// A dense network of single cells: two hidden layers of 32, one output. On the CPU, the same at any number of threads.
namespace unetsr::pipeline {

class CellNetwork {
 public:
  CellNetwork(int inputs, uint64_t seed);

  // Least squares of the targets (cells) on the inputs (cells, inputs), some 40 times through all cells. `reached` is
  // given the share that is done, and may throw to stop. Without cells the network stays as it is.
  void train(std::span<const float> inputs, std::span<const float> targets,
             const std::function<void(double share)>& reached);

  std::vector<float> predict(std::span<const float> inputs);

 private:
  int inputs_;
  uint64_t seed_;
  nn::Trainer trainer_;
};

}  // namespace unetsr::pipeline
