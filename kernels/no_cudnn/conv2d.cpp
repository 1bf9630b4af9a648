#include "kernels/cudnn/conv2d.hpp"
#include "kernels/error.hpp"

// Replaces kernels/cudnn in a build without it. Queue refuses it, so that none of these is ever called.
namespace unetsr::kernels::cudnn {
namespace {

[[noreturn]] void absent() {
  throw Error("this build has no cuDNN");
}

}  // namespace

bool available() {
  return false;
}

void conv2d(Queue&, View<const float>, View<const float>, const float*, View<float>, bool) {
  absent();
}
void conv2d_backward_data(Queue&, View<const float>, View<const float>, View<float>, Into, const float*) {
  absent();
}
void conv2d_backward_weights(Queue&, View<const float>, View<const float>, View<float>, float*) {
  absent();
}

}  // namespace unetsr::kernels::cudnn
