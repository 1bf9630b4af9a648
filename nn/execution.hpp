#pragma once
#include "kernels/queue.hpp"

namespace unetsr::kernels {
class DeviceGather;
}

namespace unetsr::nn {

class Exchange;

// Where and how a network computes. Parameters, loss and optimiser are fp32 in any precision. Results are a function
// of all fields but as_graph, threads, exchange and between_gpus; `exact` and `convolutions` are Queue's.
struct Execution {
  Execution(Device on = Device::cpu, Precision by = Precision::fp32, bool graphs = true)
      : device(on), precision(by), as_graph(graphs) {}

  // Throws Error where there is no such device, or no cuDNN in this build.
  Queue queue() const { return Queue(device, precision, exact, convolutions); }

  Device device;
  Precision precision;
  bool as_graph;  // cuda: a whole step, or prediction, is one CUDA graph; else kernel by kernel, for debugging
  bool exact = false;
  Convolutions convolutions = Convolutions::ours;
  int threads = 0;                     // of a cpu; 0: as many as the calling thread uses
  int shards = 1;                      // of a batch, in a training step (shards.hpp)
  const Exchange* exchange = nullptr;  // with the processes that share the training; none: all shards are made here
  kernels::DeviceGather* between_gpus = nullptr;  // cuda: of these processes; none: by way of the hosts
};

}  // namespace unetsr::nn
