#include "pipeline/console/memory.hpp"

#include <doctest/doctest.h>

#include "nn/trainer.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("the estimate of a training's memory holds what it takes, and not twice as much") {
  constexpr int patches = 4, side = 32, inputs = 8;
  const std::vector<float> values(size_t(patches) * side * side * inputs, 0.5f);
  for (const char* model : {"unet:widths=16-32,bottleneck=64", "unet-attention:widths=16-32,bottleneck=64",
                            "unet-residual:widths=16-32,bottleneck=64", "unet-dense:widths=16-32,bottleneck=64",
                            "unet-dense:widths=16-32,bottleneck=64,convs=4", "unet-temporal:widths=16-32,bottleneck=64",
                            "unet-pointwise:blocks=dense,gates=yes,season=yes"}) {
    CAPTURE(model);
    const nn::ModelSpec spec = nn::model_spec(model, inputs);
    nn::Trainer trainer(spec, 1, Device::cpu);
    for (int step = 0; step < 2; ++step)
      trainer.step({values.data(), patches, side, side, inputs}, {values.data(), patches, side, side, 1}, 1e-3f);
    const double taken = double(trainer.peak_bytes()) + 16 * nn::parameter_count(spec);
    const double estimate = memory_of(spec, double(patches) * side * side, true);
    CHECK(estimate > taken);
    CHECK(estimate < 2 * taken);
  }
}
