#include <doctest/doctest.h>

#include "files.hpp"
#include "kernels/parallel.hpp"
#include "nn/trainer.hpp"
#include "small_batch.hpp"

using namespace unetsr;
using namespace unetsr::nn;
using test::SmallBatch;

namespace {

const char* const model = "unet:widths=8-16,bottleneck=24";
const char* const varied = "unet:widths=8-16,bottleneck=24,blocks=dense,gates=yes,season=yes";

kernels::Adam adamw() {
  kernels::Adam adam;
  adam.weight_decay = 1e-2f;
  adam.decoupled = true;
  return adam;
}

// The batch of a step is a function of the step.
void train(Trainer& trainer, int64_t first, int64_t last) {
  for (int64_t step = first; step < last; ++step) {
    const SmallBatch batch(5, 13, 10, trainer.network().spec().inputs, uint64_t(step));
    trainer.step(batch.inputs(), batch.targets(), 1e-2f / float(step + 1));
  }
}

Trainer make_trainer() {
  return Trainer(model_spec(model, 3), 7, Device::cpu, {}, adamw());
}

std::vector<float> parameters_after_20_steps(int thread_count, const ModelSpec& spec) {
  set_threads(thread_count);
  Trainer trainer(spec, 7, Device::cpu, {}, adamw());
  train(trainer, 0, 20);
  set_threads(0);
  return trainer.checkpoint().parameters;
}

}  // namespace

TEST_CASE("twenty steps give the same bits on any number of threads") {
  for (const ModelSpec& spec : {model_spec(model, 3), model_spec(varied, 4)}) {
    const std::vector<float> one = parameters_after_20_steps(1, spec);
    CHECK(parameters_after_20_steps(2, spec) == one);
    CHECK(parameters_after_20_steps(5, spec) == one);
    CHECK(Trainer(spec, 7, Device::cpu, {}, adamw()).checkpoint().parameters != one);
  }
}

TEST_CASE("saving, loading and going on gives the bits of a training that was not interrupted") {
  const test::TemporaryDirectory directory;
  Trainer whole = make_trainer();
  train(whole, 0, 20);

  Trainer first = make_trainer();
  train(first, 0, 9);
  first.checkpoint().save(directory / "last.h5");
  Trainer second(model_spec(model, 3), 12345, Device::cpu, {}, adamw());
  second.restore(Checkpoint::load(directory / "last.h5"));
  CHECK(second.steps() == 9);
  train(second, 9, 20);

  const Checkpoint a = whole.checkpoint(), b = second.checkpoint();
  CHECK(a.parameters == b.parameters);
  CHECK(a.m == b.m);
  CHECK(a.v == b.v);
  CHECK(a.step == b.step);
}

TEST_CASE("a prediction does not change the training") {
  const SmallBatch other(1, 30, 21, 3, 99);
  std::vector<float> prediction(30 * 21);
  Trainer plain = make_trainer(), interrupted = make_trainer();
  train(plain, 0, 4);
  for (int64_t step = 0; step < 4; ++step) {
    train(interrupted, step, step + 1);
    interrupted.predict(other.inputs(), {prediction.data(), 1, 30, 21, 1});
  }
  CHECK(plain.checkpoint().parameters == interrupted.checkpoint().parameters);
}
