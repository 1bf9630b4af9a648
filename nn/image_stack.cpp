#include "nn/image_stack.hpp"

#include <utility>

#include "kernels/shape_check.hpp"

namespace unetsr::nn {
namespace {

bool same(const View<const float>& a, const View<const float>& b) {
  return a.data == b.data && a.shape() == b.shape();
}

}  // namespace

void ImageStack::place(Images images) {
  const Shape shape = images.shape, target_shape = {shape.n, shape.h, shape.w, 1};
  const bool with_targets = !images.targets.empty();
  kernels::require(int64_t(images.inputs.size()) == shape.size() &&
                       (!with_targets || int64_t(images.targets.size()) == target_shape.size()),
                   "images of shape " + kernels::to_string(shape) + " cannot have " +
                       std::to_string(images.inputs.size()) + " inputs and " + std::to_string(images.targets.size()) +
                       " targets");
  const View<const float> inputs_before = std::exchange(inputs_, {}), targets_before = std::exchange(targets_, {});
  const View<float> inputs(input_values_.hold(queue_, images.inputs), shape);
  if (with_targets) targets_ = {target_values_.hold(queue_, images.targets), target_shape};
  kernels::Memory scales;
  if (images.scales.offset) {
    const size_t count = size_t(images.scales.per_image ? shape.n : 1) * size_t(shape.c),
                 bytes = count * sizeof(double);
    scales = kernels::Memory(queue_, 2 * bytes);
    double *const offset = scales.as<double>(), *const spread = offset + count;
    kernels::upload(queue_, images.scales.offset, offset, bytes);
    kernels::upload(queue_, images.scales.spread, spread, bytes);
    kernels::ChannelScales there = images.scales;
    there.offset = offset, there.spread = spread;
    kernels::scale(queue_, inputs, there, inputs);
  }
  queue_.synchronise();
  inputs_ = inputs;
  if (!same(inputs_, inputs_before) || !same(targets_, targets_before)) ++layout_;
}

void ImageStack::drop() {
  inputs_ = {}, targets_ = {};
  input_values_.drop(), target_values_.drop();
}

float* ImageStack::Values::hold(Queue& queue, std::vector<float>& values) {
  if (queue.device() != Device::cuda) {
    on_host_ = std::move(values);
    return on_host_.data();
  }
  const size_t bytes = values.size() * sizeof(float);
  if (bytes > memory_.bytes()) {
    queue.synchronise();
    memory_ = {};
    try {
      memory_ = kernels::Memory(queue, bytes);
    } catch (const Error& e) {
      throw Error("no room on the GPU for images of " + std::to_string(bytes >> 20) +
                  " MiB: take a smaller grid, fewer channels, or the cpu (" + e.what() + ")");
    }
  }
  kernels::upload(queue, values.data(), memory_.data(), bytes);
  return memory_.as<float>();
}

}  // namespace unetsr::nn
