#include "pipeline/fill/cell_network.hpp"

#include <algorithm>

#include "data/dataset/missing.hpp"
#include "kernels/random.hpp"
#include "nn/schedule.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int width = 32, side = 32, batch = side * side;  // a batch is an image of side x side cells
constexpr int64_t epochs = 40, least_steps = 100, most_steps = 2500;
constexpr double learning_rate = 4e-3;

// A U-Net without levels: its bottleneck's 1 x 1 convolutions alone.
nn::ModelSpec spec_of(int inputs) {
  nn::ModelSpec spec;
  spec.inputs = inputs;
  spec.bottleneck = width;
  spec.kernel = 1;
  return spec;
}

Shape image_of(int channels) {
  return {1, side, side, channels};
}

}  // namespace

CellNetwork::CellNetwork(int inputs, uint64_t seed)
    : inputs_(inputs), seed_(seed), trainer_(spec_of(inputs), seed, nn::Execution()) {}

void CellNetwork::train(std::span<const float> inputs, std::span<const float> targets,
                        const std::function<void(double share)>& reached) {
  const size_t cells = targets.size();
  if (cells == 0) return;
  const int64_t steps = std::clamp(epochs * int64_t(cells) / batch, least_steps, most_steps);
  const nn::Schedule schedule{nn::ScheduleKind::one_cycle, learning_rate, steps};
  std::vector<float> batch_inputs(size_t(batch) * size_t(inputs_)), batch_targets(batch);
  Random random(seed_, 1);
  for (int64_t step = 0; step < steps; ++step) {
    for (size_t i = 0; i < batch; ++i) {
      const size_t cell = random.below(uint32_t(cells));
      std::copy_n(inputs.data() + cell * size_t(inputs_), inputs_, batch_inputs.data() + i * size_t(inputs_));
      batch_targets[i] = targets[cell];
    }
    trainer_.step({batch_inputs.data(), image_of(inputs_)}, {batch_targets.data(), image_of(1)}, schedule(step));
    reached(double(step + 1) / double(steps));
  }
}

std::vector<float> CellNetwork::predict(std::span<const float> inputs) {
  const size_t cells = inputs.size() / size_t(inputs_);
  std::vector<float> result(cells), batch_inputs(size_t(batch) * size_t(inputs_), 0.0f), output(batch);
  for (size_t first = 0; first < cells; first += batch) {
    const size_t count = std::min(size_t(batch), cells - first);
    std::copy_n(inputs.data() + first * size_t(inputs_), count * size_t(inputs_), batch_inputs.data());
    trainer_.predict({batch_inputs.data(), image_of(inputs_)}, {output.data(), image_of(1)});
    std::copy_n(output.data(), count, result.data() + first);
  }
  return result;
}

}  // namespace unetsr::pipeline
