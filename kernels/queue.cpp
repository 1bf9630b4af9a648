#include "kernels/queue.hpp"

#include "kernels/cuda/runtime.hpp"
#include "kernels/cudnn/conv2d.hpp"
#include "kernels/error.hpp"

namespace unetsr {

Queue::Queue(Device device, Precision precision, bool exact, Convolutions convolutions)
    : device_(device), precision_(precision), exact_(exact), convolutions_(convolutions) {
  if (convolutions == Convolutions::cudnn && !kernels::cudnn::available())
    throw Error("this build has no cuDNN; install it and configure with -DUNETSR_CUDA=ON again");
  if (device == Device::cuda) stream_ = kernels::cuda::make_stream();
}

void Queue::synchronise() {
  if (stream_) kernels::cuda::synchronise(*stream_);
}

}  // namespace unetsr
