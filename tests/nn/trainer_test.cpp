#include "nn/trainer.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "sanitized.hpp"
#include "small_batch.hpp"

using namespace unetsr;
using namespace unetsr::nn;
using test::SmallBatch;

TEST_CASE("every family of networks learns a tiny problem by heart") {
  for (const char* model : {"unet:widths=8-8,bottleneck=16", "unet:widths=8,bottleneck=8,upsampling=bilinear",
                            "unet-attention:widths=8-8,bottleneck=16", "unet-residual:widths=8-8,bottleneck=16",
                            "unet-dense:widths=8-8,bottleneck=16", "unet-temporal:widths=8-8,bottleneck=16",
                            "sifnet-small", "paper-cnn:patch=8"}) {
    CAPTURE(model);
    const SmallBatch batch(2, 8, 8, 4, 4);
    Trainer trainer(model_spec(model, 4), 1, Device::cpu);
    const auto mean_loss = [&](float rate) {
      trainer.step(batch.inputs(), batch.targets(), rate);
      const auto loss = trainer.take_loss();
      return loss.sum / double(loss.count);
    };
    const double start = mean_loss(1e-2f);
    double end = start;
    for (int i = 0; i < 200 && end >= start / 10; ++i) end = mean_loss(1e-2f);
    CHECK(start > 0.05);
    CHECK(end < start / 10);
  }
}

TEST_CASE("a prediction is what the loss was computed from") {
  const SmallBatch batch(2, 6, 5, 3, 4);
  Trainer trainer(model_spec("unet:widths=4,bottleneck=4", 3), 1, Device::cpu);
  std::vector<float> prediction(2 * 6 * 5);
  trainer.predict(batch.inputs(), {prediction.data(), 2, 6, 5, 1});
  double sum = 0;
  int64_t count = 0;
  for (size_t i = 0; i < prediction.size(); ++i) {
    const double target = batch.targets().data[i];
    if (std::isnan(target)) continue;
    sum += (prediction[i] - target) * (prediction[i] - target);
    ++count;
  }
  trainer.step(batch.inputs(), batch.targets(), 0);
  const auto loss = trainer.take_loss();
  CHECK(loss.count == count);
  CHECK(count < 60);
  CHECK(loss.sum == doctest::Approx(sum).epsilon(1e-6));
  CHECK(trainer.take_loss().count == 0);
  for (int i = 0; i < 2; ++i) trainer.step(batch.inputs(), batch.targets(), 0);
  const auto both = trainer.take_loss();
  CHECK(both.count == 2 * count);
  CHECK(both.sum == 2 * loss.sum);
}

TEST_CASE("the learning rate is the step's own") {
  const SmallBatch batch(1, 4, 4, 3, 4);
  Trainer trainer(model_spec("sifnet-small", 3), 1, Device::cpu);
  const auto before = trainer.checkpoint().parameters;
  trainer.step(batch.inputs(), batch.targets(), 0);
  CHECK(trainer.checkpoint().parameters == before);
  trainer.step(batch.inputs(), batch.targets(), 1e-2f);
  const auto after = trainer.checkpoint().parameters;
  double largest = 0;
  for (size_t i = 0; i < after.size(); ++i) largest = std::max(largest, double(std::abs(after[i] - before[i])));
  CHECK(largest > 5e-3);
  CHECK(largest < 2e-2);
  CHECK(trainer.steps() == 2);
}

TEST_CASE("a batch without any target leaves the loss empty and the weights finite") {
  const SmallBatch batch(1, 4, 4, 3, 4);
  const std::vector<float> missing(16, std::numeric_limits<float>::quiet_NaN());
  Trainer trainer(model_spec("sifnet-small", 3), 1, Device::cpu);
  const auto before = trainer.checkpoint().parameters;
  trainer.step(batch.inputs(), {missing.data(), 1, 4, 4, 1}, 1e-2f);
  const auto loss = trainer.take_loss();
  CHECK(loss.count == 0);
  CHECK(loss.sum == 0);
  CHECK(trainer.checkpoint().parameters == before);
}

TEST_CASE("after the first step the arena asks the system for nothing more") {
  const SmallBatch batch(4, 16, 16, 3, 4);
  Trainer trainer(model_spec("unet:widths=16-32,bottleneck=64", 3), 1, Device::cpu);
  std::vector<float> prediction(4 * 16 * 16);
  trainer.step(batch.inputs(), batch.targets(), 1e-3f);
  trainer.step(batch.inputs(), batch.targets(), 1e-3f);
  const int allocations = trainer.arena_allocations();
  const size_t peak = trainer.peak_bytes();
  for (int i = 0; i < 5; ++i) {
    trainer.step(batch.inputs(), batch.targets(), 1e-3f);
    trainer.predict(batch.inputs(), {prediction.data(), 4, 16, 16, 1});
  }
  CHECK(trainer.arena_allocations() == allocations);
  CHECK(trainer.peak_bytes() == peak);
}

TEST_CASE("a trainer that released its memory holds none of it, and goes on as if it had kept it") {
  const auto resident = [] {
    int64_t total = 0, pages = 0;
    std::ifstream("/proc/self/statm") >> total >> pages;
    return pages * sysconf(_SC_PAGESIZE);
  };
  const SmallBatch batch(1, 512, 512, 3, 4);
  Trainer trainer(model_spec("unet:widths=8,bottleneck=8", 3), 1, Device::cpu);
  const auto predict = [&] {
    std::vector<float> prediction(512 * 512);
    const View<const float> x = batch.inputs();
    const kernels::Crop whole{0, 0, 0, 0};
    trainer.predict({{x.data, x.data + x.size()}, x.shape()}, {std::span(&whole, 1), 512, 512}, 1,
                    [&](size_t, View<const float> y) { std::copy_n(y.data, prediction.size(), prediction.begin()); });
    return prediction;
  };
  const std::vector<float> before = predict();
  predict();  // in one block
  const int64_t working = resident();
  trainer.release_memory();
  if (!test::address_sanitizer)  // which keeps what is released
    CHECK(working - resident() > int64_t(trainer.peak_bytes() * 9 / 10));
  CHECK(predict() == before);
}
