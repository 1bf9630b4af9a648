#pragma once
#include <cmath>
#include <vector>

#include "kernels/footprint_mean.hpp"
#include "nn/trainer.hpp"
#include "small_batch.hpp"

// Small trainings on any device. The batch of a step is a function of the step; four of them come in turn.
namespace unetsr::test {

inline kernels::Adam adamw() {
  kernels::Adam adam;
  adam.weight_decay = 1e-2f;
  adam.decoupled = true;
  return adam;
}

// Overlapping footprints on the cells of a batch, and a target for each; their number differs from step to step.
struct FootprintBatch {
  kernels::FootprintMatrix matrix;
  std::vector<float> targets;

  FootprintBatch(const View<const float>& inputs, int64_t step) {
    Random random(uint64_t(step), 3);
    const uint32_t cells = uint32_t(inputs.pixels());
    for (int64_t k = 0; k < 20 + 30 * step; ++k) {
      const uint32_t first = random.below(cells - 12);
      float mean = 0;
      for (uint32_t i = 0; i < 4; ++i) {
        matrix.add_entry(int32_t(first + 3 * i), 0.25f);
        mean += 0.25f * inputs.data[int64_t(first + 3 * i) * inputs.pitch];
      }
      matrix.end_footprint();
      targets.push_back(mean);
    }
  }
  View<const float> view() const { return {targets.data(), int(targets.size()), 1, 1, 1}; }
};

enum class Supervision { cells, footprints };
// A batch is an array of its own, or patches of images, which the trainer cuts or, to compare, the test.
enum class From { arrays, images, images_cut_here };

struct Problem {
  const char* model = "unet:widths=4,bottleneck=6";
  Shape shape = {2, 6, 7, 3};
  Supervision supervision = Supervision::cells;
  From from = From::arrays;
};

constexpr int64_t steps_an_epoch = 5;

// Other images each epoch.
inline SmallBatch images_of(const Problem& problem, int64_t epoch) {
  return {3, problem.shape.h + 4, problem.shape.w + 3, problem.shape.c, uint64_t(100 + epoch)};
}

inline nn::Images as_images(const SmallBatch& batch) {
  const auto values = [](View<const float> v) { return std::vector<float>(v.data, v.data + v.size()); };
  return {values(batch.inputs()), batch.inputs().shape(), {}, values(batch.targets())};
}

inline std::vector<kernels::Crop> crops_of(const Problem& problem, int64_t step) {
  Random random(uint64_t(step), 4);
  std::vector<kernels::Crop> crops;
  for (int k = 0; k < problem.shape.n; ++k)
    crops.push_back({int(random.below(3)), int(random.below(5)), int(random.below(4)),
                     int(random.below(problem.shape.h == problem.shape.w ? 8 : 4))});
  return crops;
}

inline std::vector<float> cut(View<const float> images, const std::vector<kernels::Crop>& crops, Shape patches) {
  std::vector<float> values(size_t(patches.size()));
  Queue host(Device::cpu);
  kernels::crop(host, images, crops, View<float>(values.data(), patches));
  return values;
}

inline void step_on_patches(const Problem& problem, nn::Trainer& trainer, int64_t step, float rate) {
  const Shape& s = problem.shape;
  const SmallBatch images = images_of(problem, step / steps_an_epoch);
  const std::vector<kernels::Crop> crops = crops_of(problem, step);
  const std::vector<float> inputs = cut(images.inputs(), crops, s),
                           targets = cut(images.targets(), crops, {s.n, s.h, s.w, 1});
  const View<const float> x(inputs.data(), s), y(targets.data(), s.n, s.h, s.w, 1);
  const nn::Patches patches{crops, s.h, s.w};
  const bool here = problem.from == From::images_cut_here;
  if (problem.supervision == Supervision::cells) return here ? trainer.step(x, y, rate) : trainer.step(patches, rate);
  FootprintBatch footprints(x, step % 4);
  const kernels::Footprints matrix = footprints.matrix.view(s.pixels());
  here ? trainer.step(x, matrix, footprints.view(), rate) : trainer.step(patches, matrix, footprints.view(), rate);
}

inline void take_step(const Problem& problem, nn::Trainer& trainer, int64_t step) {
  const Shape& s = problem.shape;
  const float rate = 2e-2f / float(1 + step % 3);
  if (problem.from == From::images && step % steps_an_epoch == 0) {
    trainer.set_images(as_images(images_of(problem, step / steps_an_epoch)));
  }
  if (problem.from != From::arrays) return step_on_patches(problem, trainer, step, rate);
  const SmallBatch batch(s.n, s.h, s.w, s.c, uint64_t(step % 4));
  if (problem.supervision == Supervision::cells) return trainer.step(batch.inputs(), batch.targets(), rate);
  FootprintBatch footprints(batch.inputs(), step % 4);
  trainer.step(batch.inputs(), footprints.matrix.view(s.pixels()), footprints.view(), rate);
}

inline nn::Trainer trainer_of(const Problem& problem, nn::Execution execution) {
  execution.exact = true;
  return nn::Trainer(nn::model_spec(problem.model, problem.shape.c), 7, execution, {}, adamw());
}

struct Training {
  std::vector<double> losses;  // of each step
  nn::Checkpoint end;
};

inline Training train(const Problem& problem, const nn::Execution& execution, int steps) {
  nn::Trainer trainer = trainer_of(problem, execution);
  Training training;
  for (int step = 0; step < steps; ++step) {
    take_step(problem, trainer, step);
    const auto loss = trainer.take_loss();
    training.losses.push_back(loss.sum / double(loss.count));
  }
  training.end = trainer.checkpoint();
  return training;
}

// Without a look at the losses, so that the host runs ahead of the device.
inline nn::Checkpoint train_ahead(const Problem& problem, const nn::Execution& execution, int steps) {
  nn::Trainer trainer = trainer_of(problem, execution);
  for (int step = 0; step < steps; ++step) take_step(problem, trainer, step);
  return trainer.checkpoint();
}

inline bool same_bits(const nn::Checkpoint& a, const nn::Checkpoint& b) {
  return a.parameters == b.parameters && a.m == b.m && a.v == b.v && a.step == b.step;
}

}  // namespace unetsr::test
