#include "training.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "files.hpp"
#include "kernels/error.hpp"
#include "sanitized.hpp"

// Whole trainings on the GPU.
using namespace unetsr;
using namespace unetsr::test;
using nn::Execution, nn::Trainer;

namespace {

const Execution eager(Device::cuda, Precision::fp32, false), graph(Device::cuda);
const Problem on_cells, on_footprints{.supervision = Supervision::footprints}, on_patches{.from = From::images},
    on_square_patches{.shape = {2, 6, 6, 4}, .from = From::images},
    on_patches_with_footprints{.supervision = Supervision::footprints, .from = From::images};
const Problem deep{.model = "unet:widths=4-6,bottleneck=8", .shape = {2, 10, 9, 3}};
const Problem varied{.model = "unet:widths=4-6,bottleneck=8,blocks=dense,gates=yes,season=yes", .shape = {2, 10, 9, 4}};
using Problems = std::vector<Problem>;
const Problems problems = address_sanitizer ? Problems{on_patches_with_footprints}
                                            : Problems{on_cells, on_footprints, on_patches_with_footprints},
               networks =
                   address_sanitizer ? Problems{deep} : Problems{on_cells, deep, varied, on_patches_with_footprints};

std::string name(const Problem& problem) {
  return std::string(problem.supervision == Supervision::footprints ? "footprints" : "cells") +
         (problem.from == From::images ? " of patches" : "");
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]) / b[i]);
  return largest;
}

std::vector<float> predict(Trainer& trainer, const SmallBatch& batch) {
  const Shape s = batch.inputs().shape();
  std::vector<float> prediction(size_t(s.pixels()), -1);
  trainer.predict(batch.inputs(), {prediction.data(), s.n, s.h, s.w, 1});
  return prediction;
}

}  // namespace

TEST_CASE("twenty steps: with the graph and without it the same bits, near the losses of the CPU") {
  for (const Problem& problem : problems) {
    INFO(name(problem));
    const Training cpu = train(problem, Device::cpu, 20), one = train(problem, eager, 20),
                   other = train(problem, graph, 20);
    CHECK(cpu.losses.back() < cpu.losses[3] / 1.5);
    CHECK(largest_difference(one.losses, cpu.losses) < 1e-6);
    CHECK(one.losses == other.losses);
    CHECK(same_bits(one.end, other.end));
  }
}

namespace {

// Of one process, which has all shards: what remains is the way of the gradients by the host.
class Alone : public nn::Exchange {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  void gather(void*, size_t, int) const override {}
};

// Three cells in a row of each image but the second, fewer from step to step.
nn::Checkpoint trained_in_shards(Execution execution, bool on_footprints) {
  execution.shards = 3, execution.exact = true;
  Trainer trainer(nn::model_spec("unet:widths=4,bottleneck=6", 3), 7, execution, {}, adamw());
  for (int step = 0; step < 6; ++step) {
    const SmallBatch batch(4, 6, 7, 3, uint64_t(step));
    if (!on_footprints) {
      trainer.step(batch.inputs(), batch.targets(), 1e-2f);
      continue;
    }
    kernels::FootprintMatrix matrix;
    std::vector<float> targets;
    for (int n = 0; n < 4; ++n)
      for (int i = 0; n != 1 && i < 6 - step; ++i) {
        for (int j = 0; j < 3; ++j) matrix.add_entry((n * 6 + i) * 7 + j, 0.25f + 0.25f * float(j == 1));
        matrix.end_footprint();
        targets.push_back(0.1f * float(i - n));
      }
    trainer.step(batch.inputs(), matrix.view(4 * 6 * 7), {targets.data(), int(targets.size()), 1, 1, 1}, 1e-2f);
  }
  return trainer.checkpoint();
}

}  // namespace

TEST_CASE("steps in shards: with the graph, without it and by way of the host the same bits, near those of the CPU") {
  const Alone alone;
  Execution by_host = graph;
  by_host.exchange = &alone;
  for (const bool on_footprints : {false, true}) {
    CAPTURE(on_footprints);
    const nn::Checkpoint cpu = trained_in_shards(Device::cpu, on_footprints),
                         one = trained_in_shards(graph, on_footprints);
    CHECK(same_bits(trained_in_shards(eager, on_footprints), one));
    CHECK(same_bits(trained_in_shards(by_host, on_footprints), one));
    double largest = 0;
    for (size_t i = 0; i < cpu.parameters.size(); ++i)
      largest = std::max(largest, double(std::abs(cpu.parameters[i] - one.parameters[i])));
    CHECK(largest < 1e-4);
  }
}

// In shares of the CPU's loss. Products round their inputs to 11 bits in tf32 and 8 in bf16, which the first loss
// shows; after it a ReLU or a small gradient's sign that turns counts for more.
TEST_CASE("twenty steps in each precision: the losses of the CPU, as near as the precision allows") {
  struct Bounds {
    Precision precision;
    double first, all;
  };
  for (const Bounds& b :
       {Bounds{Precision::fp32, 1e-6, 1e-6}, {Precision::tf32, 5e-5, 4e-2}, {Precision::bf16, 1e-3, 4e-2}})
    for (const Problem& problem : networks) {
      INFO(problem.model << ", " << name(problem) << ", precision " << int(b.precision));
      const Training cpu = train(problem, Device::cpu, 20), got = train(problem, {Device::cuda, b.precision}, 20);
      CHECK(std::abs(got.losses[0] / cpu.losses[0] - 1) < b.first);
      CHECK(largest_difference(got.losses, cpu.losses) < b.all);
      CHECK(got.losses.back() < got.losses[3]);
      CHECK((std::abs(got.losses[0] / cpu.losses[0] - 1) > 1e-6) == (b.precision != Precision::fp32));
    }
}

TEST_CASE("patches that the trainer cuts are those that the host cuts") {
  for (Problem problem : address_sanitizer ? Problems{on_square_patches}
                                           : Problems{on_patches, on_square_patches, on_patches_with_footprints})
    for (const Execution& execution : {Execution(Device::cpu), eager, graph}) {
      INFO(name(problem) << ", graph " << execution.as_graph);
      problem.from = From::images;
      const nn::Checkpoint there = train_ahead(problem, execution, 12);
      problem.from = From::images_cut_here;
      CHECK(same_bits(train_ahead(problem, execution, 12), there));
    }
}

TEST_CASE("images may change, and their shape") {
  const std::vector<kernels::Crop> crops = {{1, 0, 2, 3}, {0, 1, 0, 2}};
  std::vector<nn::Checkpoint> ends;
  for (const Execution& execution : {eager, graph}) {
    Trainer trainer = trainer_of(on_patches, execution);
    for (const int rows : {8, 30, 9}) {
      trainer.set_images(as_images({2, rows, 10, 3, uint64_t(rows)}));
      for (int step = 0; step < 5; ++step) trainer.step({crops, 6, 7}, 1e-2f);
    }
    ends.push_back(trainer.checkpoint());
  }
  CHECK(same_bits(ends[0], ends[1]));
}

// (x - 2) / 4, where nothing is missing.
TEST_CASE("images are scaled where they lie, and cells with a missing channel blanked") {
  const double offset[] = {2, 2, 2}, spread[] = {4, 4, 4};
  const SmallBatch raw(2, 11, 10, 3, 5);
  const std::vector<kernels::Crop> crops = {{1, 0, 2, 3}, {0, 1, 0, 2}, {1, 3, 3, 0}};
  nn::Images scaled = as_images(raw), to_scale = as_images(raw);
  for (float& v : scaled.inputs) v = (v - 2) / 4;
  for (size_t cell : {size_t(33), size_t(56), size_t(154)}) {
    std::fill_n(scaled.inputs.begin() + std::ptrdiff_t(3 * cell), 3, 0.0f);
    to_scale.inputs[3 * cell + cell % 3] = std::numeric_limits<float>::quiet_NaN();
  }
  to_scale.scales = {offset, spread, false, true};
  for (const Execution& execution : {Execution(Device::cpu), eager, graph}) {
    Trainer one = trainer_of(on_patches, execution), other = trainer_of(on_patches, execution);
    one.set_images(scaled), other.set_images(to_scale);
    for (int step = 0; step < 5; ++step) one.step({crops, 6, 7}, 1e-2f), other.step({crops, 6, 7}, 1e-2f);
    CHECK(same_bits(one.checkpoint(), other.checkpoint()));
    const auto predict_all = [&](const nn::Images& images) {
      std::vector<float> all;
      one.predict(images, {crops, 6, 7}, 2, [&](size_t first, View<const float> y) {
        CHECK(first == all.size() / 42);
        all.insert(all.end(), y.data, y.data + y.size());
      });
      return all;
    };
    const std::vector<float> got = predict_all(to_scale),
                             cut_here = cut({scaled.inputs.data(), scaled.shape}, crops, {3, 6, 7, 3});
    CHECK(got == predict_all(scaled));
    std::vector<float> expected(3 * 42);
    one.predict({cut_here.data(), 3, 6, 7, 3}, {expected.data(), 3, 6, 7, 1});
    REQUIRE(got.size() == expected.size());
    for (size_t i = 0; i < got.size(); ++i) CHECK(got[i] == doctest::Approx(expected[i]).epsilon(1e-5));
  }
}

TEST_CASE("a host that runs ahead does not overwrite batches that are under way") {
  for (const Problem& problem : problems)
    for (const Execution& execution : {eager, graph}) {
      INFO(name(problem) << ", graph " << execution.as_graph);
      CHECK(same_bits(train_ahead(problem, execution, 12), train(problem, execution, 12).end));
    }
}

TEST_CASE("the losses of many steps gather, in the order of the steps") {
  const Training each = train(on_cells, graph, 8);
  Trainer trainer = trainer_of(on_cells, graph);
  double sum = 0;
  int64_t count = 0;
  Trainer alone = trainer_of(on_cells, graph);
  for (int step = 0; step < 8; ++step) {
    take_step(on_cells, trainer, step);
    take_step(on_cells, alone, step);
    const auto loss = alone.take_loss();
    sum += loss.sum, count += loss.count;
  }
  const auto gathered = trainer.take_loss();
  CHECK(gathered.sum == sum);
  CHECK(gathered.count == count);
  CHECK(trainer.take_loss().count == 0);
}

TEST_CASE("predictions are those of the CPU, and leave the training as it was") {
  const SmallBatch small(2, 6, 7, 3, 50), large(1, 14, 11, 3, 99);
  Trainer cpu = trainer_of(on_cells, Device::cpu), gpu = trainer_of(on_cells, graph);
  for (int step = 0; step < 10; ++step) {
    take_step(on_cells, gpu, step);
    for (const SmallBatch* batch : {&small, &large}) {
      if (step % 4 == 3 && batch == &large) continue;
      cpu.restore(gpu.checkpoint());
      const std::vector<float> expected = predict(cpu, *batch), got = predict(gpu, *batch);
      double worst = 0;
      for (size_t i = 0; i < got.size(); ++i) worst = std::max(worst, double(std::abs(got[i] - expected[i])));
      CHECK(worst < 2e-6);
    }
  }
  CHECK(same_bits(gpu.checkpoint(), train(on_cells, graph, 10).end));
}

TEST_CASE(
    "gradients of the inputs are those of the CPU, with the graph and without it, and leave the training as it was") {
  const SmallBatch small(2, 6, 7, 3, 50), large(1, 14, 11, 3, 99);
  const auto gradient = [](Trainer& trainer, const SmallBatch& batch) {
    const Shape s = batch.inputs().shape();
    const std::vector<float> weights(batch.inputs().data, batch.inputs().data + s.pixels());
    std::vector<float> result(size_t(s.size()), -7);
    trainer.input_gradient(batch.inputs(), {weights.data(), s.n, s.h, s.w, 1}, {result.data(), s});
    return result;
  };
  Trainer cpu = trainer_of(on_cells, Device::cpu);
  for (const Execution& execution : {eager, graph}) {
    Trainer gpu = trainer_of(on_cells, execution);
    for (int step = 0; step < 8; ++step) {
      take_step(on_cells, gpu, step);
      cpu.restore(gpu.checkpoint());
      for (const SmallBatch* batch : {&small, &large}) {
        if (step % 4 == 3 && batch == &large) continue;
        const std::vector<float> expected = gradient(cpu, *batch), got = gradient(gpu, *batch);
        double worst = 0;
        for (size_t i = 0; i < got.size(); ++i) worst = std::max(worst, double(std::abs(got[i] - expected[i])));
        CHECK(worst < 2e-5);
        if (step % 2) predict(gpu, *batch);
      }
    }
    CHECK(same_bits(gpu.checkpoint(), train(on_cells, graph, 8).end));
  }
}

TEST_CASE("a trainer that releases its memory between steps and predictions makes the same bits") {
  const SmallBatch batch(2, 6, 7, 3, 50);
  for (const Execution& execution : {eager, graph}) {
    Trainer kept = trainer_of(on_cells, execution), released = trainer_of(on_cells, execution);
    for (int step = 0; step < 9; ++step) {
      for (Trainer* trainer : {&kept, &released}) take_step(on_cells, *trainer, step);
      CHECK(predict(released, batch) == predict(kept, batch));
      if (step % 3 == 2) released.release_memory();
    }
    CHECK(same_bits(released.checkpoint(), kept.checkpoint()));
  }
}

TEST_CASE("predictions may go into a part of a wider array") {
  const SmallBatch batch(1, 6, 5, 3, 50);
  Trainer trainer = trainer_of({.shape = {1, 6, 5, 3}}, graph);
  std::vector<float> wide(6 * 5 * 2, -7);
  trainer.predict(batch.inputs(), {wide.data(), 1, 6, 5, 1, 2});
  const std::vector<float> narrow = predict(trainer, batch);
  for (size_t i = 0; i < narrow.size(); ++i) {
    CHECK(wide[2 * i] == narrow[i]);
    CHECK(wide[2 * i + 1] == -7);
  }
}

TEST_CASE("saving, loading and going on gives the same bits, and a checkpoint does not know its device") {
  const test::TemporaryDirectory directory;
  for (const Problem& problem : problems) {
    Trainer first = trainer_of(problem, graph);
    for (int step = 0; step < 5; ++step) take_step(problem, first, step);
    first.checkpoint().save(directory / "last.h5");
    const nn::Checkpoint saved = nn::Checkpoint::load(directory / "last.h5");
    Trainer second = trainer_of(problem, graph), on_cpu = trainer_of(problem, Device::cpu);
    second.restore(saved), on_cpu.restore(saved);
    CHECK(same_bits(on_cpu.checkpoint(), saved));
    for (int step = 5; step < 12; ++step) take_step(problem, second, step);
    CHECK(same_bits(second.checkpoint(), train(problem, graph, 12).end));
  }
}

TEST_CASE("shapes may change from step to step") {
  Problem problem;
  std::vector<nn::Checkpoint> ends;
  for (const Execution& execution : {eager, graph}) {
    Trainer trainer = trainer_of(problem, execution);
    for (int step = 0; step < 18; ++step) {
      problem.shape = step < 7 ? Shape{2, 6, 7, 3} : step < 12 ? Shape{3, 9, 8, 3} : Shape{step % 2 + 1, 6, 5, 3};
      problem.supervision = step < 14 ? Supervision::cells : Supervision::footprints;
      take_step(problem, trainer, step);
    }
    ends.push_back(trainer.checkpoint());
  }
  CHECK(same_bits(ends[0], ends[1]));
}

TEST_CASE("after the first steps of a shape nothing more is allocated") {
  const SmallBatch batch(2, 6, 7, 3, 50);
  Trainer trainer = trainer_of(on_footprints, graph);
  int step = 0;
  const auto go_on = [&] {
    for (int i = 0; i < 6; ++i) take_step(on_footprints, trainer, step++);
    predict(trainer, batch);
  };
  go_on();
  const int allocations = trainer.arena_allocations();
  const size_t peak = trainer.peak_bytes();
  for (int i = 0; i < 3; ++i) go_on();
  CHECK(trainer.arena_allocations() == allocations);
  CHECK(trainer.peak_bytes() == peak);
}

TEST_CASE("a step that is refused leaves the trainer as it was") {
  const SmallBatch batch(2, 6, 7, 3, 0), other(2, 6, 8, 3, 0);
  for (const Execution& execution : {eager, graph}) {
    Trainer trainer = trainer_of(on_cells, execution);
    for (int step = 0; step < 6; ++step) take_step(on_cells, trainer, step);
    for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(trainer.step(batch.inputs(), other.targets(), 1e-2f), ShapeError);
    CHECK(trainer.steps() == 6);
    for (int step = 6; step < 12; ++step) take_step(on_cells, trainer, step);
    CHECK(same_bits(trainer.checkpoint(), train(on_cells, eager, 12).end));
  }
}

TEST_CASE("a step whose targets are not as many as its footprints is refused and leaves the trainer as it was") {
  const SmallBatch batch(2, 6, 7, 3, 0);
  const std::vector<float> targets(1000, 1);
  FootprintBatch footprints(batch.inputs(), 0);
  const kernels::Footprints matrix = footprints.matrix.view(batch.inputs().shape().pixels());
  const int right = int(matrix.by_footprint.rows());
  for (const Execution& execution : {Execution(Device::cpu), eager, graph}) {
    Trainer trainer = trainer_of(on_footprints, execution);
    for (int step = 0; step < 6; ++step) take_step(on_footprints, trainer, step);
    for (const Shape wrong : {Shape{right - 1, 1, 1, 1}, {right + 1, 1, 1, 1}, {1000, 1, 1, 1}, {1, right, 1, 1}, {}})
      CHECK_THROWS_AS(trainer.step(batch.inputs(), matrix, {targets.data(), wrong}, 1e-2f), ShapeError);
    CHECK(trainer.steps() == 6);
    for (int step = 6; step < 12; ++step) take_step(on_footprints, trainer, step);
    CHECK(same_bits(trainer.checkpoint(), train(on_footprints, execution, 12).end));
  }
}

TEST_CASE("patches that leave the images, or have no targets there, are refused") {
  const nn::Images images = as_images({2, 8, 9, 3, 0});
  for (const Execution& execution : {Execution(Device::cpu), graph}) {
    Trainer trainer = trainer_of(on_patches, execution);
    const std::vector<kernels::Crop> good = {{1, 2, 2, 3}}, wrong = {{1, 3, 2, 3}};
    CHECK_THROWS_AS(trainer.step({good, 6, 7}, 1e-2f), ShapeError);
    nn::Images without = images, wrong_targets = images;
    without.targets.clear(), wrong_targets.targets.pop_back();
    trainer.set_images(without);
    CHECK_THROWS_AS(trainer.step({good, 6, 7}, 1e-2f), ShapeError);
    CHECK_THROWS_AS(trainer.set_images(wrong_targets), ShapeError);
    trainer.set_images(images);
    CHECK_THROWS_AS(trainer.step({wrong, 6, 7}, 1e-2f), ShapeError);
    CHECK(trainer.steps() == 0);
    trainer.step({good, 6, 7}, 1e-2f);
    CHECK(trainer.steps() == 1);
  }
}
