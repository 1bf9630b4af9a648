#include "kernels/queue.hpp"

#include "kernels/cuda/runtime.hpp"

namespace unetsr {

Queue::Queue(Device device, Precision precision)
    : device_(device),
      precision_(precision),
      stream_(device == Device::cuda ? kernels::cuda::make_stream() : nullptr) {}

void Queue::synchronise() {
  if (stream_) kernels::cuda::synchronise(*stream_);
}

}  // namespace unetsr
