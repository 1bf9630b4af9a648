#include "nn/image_stack.hpp"

#include <utility>

#include "kernels/shape_check.hpp"

namespace unetsr::nn {
namespace {

bool same(const View<const float>& a, const View<const float>& b) {
  return a.data == b.data && a.shape() == b.shape() && a.pitch == b.pitch;
}

}  // namespace

void ImageStack::place(View<const float> inputs, View<const float> targets) {
  if (targets.data) kernels::require_shape("image stack: targets", targets, {inputs.n, inputs.h, inputs.w, 1});
  const View<const float> inputs_before = std::exchange(inputs_, {}), targets_before = std::exchange(targets_, {});
  if (queue_.device() == Device::cuda) {
    inputs = on_device(input_memory_, inputs);
    targets = on_device(target_memory_, targets);
    queue_.synchronise();
  }
  if (!same(inputs, inputs_before) || !same(targets, targets_before)) ++layout_;
  inputs_ = inputs, targets_ = targets;
}

View<const float> ImageStack::on_device(kernels::Memory& memory, View<const float> on_host) {
  if (!on_host.data) return {};
  kernels::require(on_host.contiguous(), "image stack: the images have gaps");
  const size_t bytes = size_t(on_host.size()) * sizeof(float);
  if (bytes > memory.bytes()) {
    queue_.synchronise();
    memory = {};
    try {
      memory = kernels::Memory(queue_, bytes);
    } catch (const Error& e) {
      throw Error("the images of shape " + kernels::to_string(on_host.shape()) +
                  " do not fit into the GPU's memory: take a smaller grid or fewer channels (" + e.what() + ")");
    }
  }
  kernels::upload(queue_, on_host.data, memory.data(), bytes);
  return {memory.as<float>(), on_host.shape()};
}

}  // namespace unetsr::nn
