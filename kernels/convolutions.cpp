#include "kernels/convolutions.hpp"

#include <atomic>

#include "kernels/cudnn/conv2d.hpp"
#include "kernels/error.hpp"

namespace unetsr {
namespace {

std::atomic<Convolutions> chosen = Convolutions::ours;

}  // namespace

void set_convolutions(Convolutions convolutions) {
  if (convolutions == Convolutions::cudnn && !kernels::cudnn::available())
    throw Error("this build has no cuDNN; install it and configure with -DUNETSR_CUDA=ON again");
  chosen = convolutions;
}

Convolutions convolutions() {
  return chosen;
}

}  // namespace unetsr
