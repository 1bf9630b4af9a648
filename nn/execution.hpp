#pragma once
#include "kernels/queue.hpp"

namespace unetsr::nn {

// Where and how a network computes. Parameters, loss and optimiser are fp32 in any precision.
struct Execution {
  Execution(Device on = Device::cpu, Precision by = Precision::fp32, bool graphs = true)
      : device(on), precision(by), as_graph(graphs) {}

  Device device;
  Precision precision;
  bool as_graph;  // cuda: a whole step, or prediction, is one CUDA graph; else kernel by kernel, for debugging
};

}  // namespace unetsr::nn
