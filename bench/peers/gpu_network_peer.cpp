#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/crop.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"
#include "nn/trainer.hpp"
#include "timing.hpp"

// One side of gpu_compare.py; gpu_torch_peer.py is the other.
//
//   gpu_network_peer MODEL BATCH SIZE MODE cuda|cpu fp32|tf32|bf16
//
// MODE is one of
//   train     a training step on images that lie where it works
//   forward   a forward pass over such images
//   predict   the same from the host's memory to the host's
//   epoch     an epoch of the paper: 320 patches, of images that lie where it works, in batches, in an order of its
//             own, and predictions for 80 others
// For each line "SECONDS" on standard input it works for that long and answers "MEDIAN_MILLISECONDS"; at the end of the
// input, with the largest memory of its steps in MiB. On a GPU some steps, or forward passes, go out before the host
// waits for them.
namespace {

using namespace unetsr;

constexpr int inputs = 8, training_patches = 320, test_patches = 80;

struct Job {
  std::string model;
  int batch, size;
  nn::Execution execution;

  Shape images(int count, int channels) const { return {count, size, size, channels}; }
  int passes_at_once() const { return execution.device == Device::cuda ? 10 : 1; }
};

// Does the work once; how often it has then done what is timed; what memory it holds.
struct Work {
  std::function<void()> run;
  int passes = 1;
  std::function<size_t()> peak_bytes;
};

std::unique_ptr<nn::Network<float>> network_of(const Job& job) {
  return nn::make_network<float>(nn::model_spec(job.model, inputs));
}

struct Images {
  Images(Shape shape, uint64_t stream) : values(size_t(shape.size())), view{values.data(), shape} {
    Random random(1, stream);
    for (float& value : values) value = float(random.normal());
  }
  Images(const Images&) = delete;

  std::vector<float> values;
  View<float> view;
};

// A trainer that has `count` images to train on; a patch is a whole image.
std::shared_ptr<nn::Trainer> trainer_with_images(const Job& job, int count) {
  const auto trainer = std::make_shared<nn::Trainer>(network_of(job), 1, job.execution);
  Images x(job.images(count, inputs), 1), y(job.images(count, 1), 2);
  trainer->set_images({std::move(x.values), x.view.shape(), {}, std::move(y.values)});
  return trainer;
}

std::vector<kernels::Crop> whole_images(int count) {
  std::vector<kernels::Crop> crops;
  for (int i = 0; i < count; ++i) crops.push_back({i, 0, 0, 0});
  return crops;
}

Work training(const Job& job) {
  const auto trainer = trainer_with_images(job, job.batch);
  const auto run = [=, crops = whole_images(job.batch)] {
    for (int i = 0; i < job.passes_at_once(); ++i) trainer->step({crops, job.size, job.size}, 1e-3f);
    trainer->take_loss();
  };
  return {run, job.passes_at_once(), [=] { return trainer->peak_bytes(); }};
}

Work prediction(const Job& job) {
  const auto trainer = std::make_shared<nn::Trainer>(network_of(job), 1, job.execution);
  const auto x = std::make_shared<Images>(job.images(job.batch, inputs), 1);
  const auto y = std::make_shared<Images>(job.images(job.batch, 1), 2);
  return {[=] { trainer->predict(x->view, y->view); }, 1, [=] { return trainer->peak_bytes(); }};
}

Work epoch(const Job& job) {
  const auto trainer = trainer_with_images(job, training_patches);
  const auto test = std::make_shared<Images>(job.images(test_patches, inputs), 3);
  const auto predictions = std::make_shared<Images>(job.images(test_patches, 1), 4);
  const auto run = [=, order = whole_images(training_patches), random = std::mt19937(1)]() mutable {
    std::shuffle(order.begin(), order.end(), random);
    const std::span<const kernels::Crop> patches = order;
    for (size_t first = 0; first + size_t(job.batch) <= patches.size(); first += size_t(job.batch))
      trainer->step({patches.subspan(first, size_t(job.batch)), job.size, job.size}, 2e-3f);
    trainer->take_loss();
    trainer->predict(test->view, predictions->view);
  };
  return {run, 1, [=] { return trainer->peak_bytes(); }};
}

class ForwardPasses {
 public:
  explicit ForwardPasses(const Job& job)
      : job_(job), queue_(job.execution.device, job.execution.precision), network_(network_of(job)) {
    network_->parameters().place(queue_);
    network_->parameters().initialise(1);
    const Images x(job.images(job.batch, inputs), 1);
    x_ = kernels::Memory(queue_, x.values.size() * sizeof(float));
    kernels::upload(queue_, x.values.data(), x_.data(), x_.bytes());
    queue_.synchronise();
  }
  void run() {
    for (int i = 0; i < job_.passes_at_once(); ++i) {
      arena_.reset();
      if (job_.execution.device == Device::cuda)
        replay_.run(queue_, {1, arena_.system_allocations()}, [this] { forward(); });
      else
        forward();
    }
    queue_.synchronise();
  }
  size_t peak_bytes() const { return arena_.peak_bytes(); }

 private:
  void forward() {
    tape_.clear();
    const View<const float> x(x_.as<float>(), job_.images(job_.batch, inputs));
    network_->forward(tape_, tape_.tensor(x));
  }

  Job job_;
  Queue queue_;
  std::unique_ptr<nn::Network<float>> network_;
  kernels::Memory x_;
  autograd::Arena arena_{queue_};
  autograd::Tape<float> tape_{queue_, arena_, false};
  nn::Replay replay_;
};

Work forward(const Job& job) {
  const auto passes = std::make_shared<ForwardPasses>(job);
  return {[=] { passes->run(); }, job.passes_at_once(), [=] { return passes->peak_bytes(); }};
}

Work work_of(const std::string& mode, const Job& job) {
  if (mode == "train") return training(job);
  if (mode == "forward") return forward(job);
  if (mode == "predict") return prediction(job);
  if (mode == "epoch") return epoch(job);
  throw UsageError("unknown mode " + mode + "; take train, forward, predict or epoch");
}

Precision precision_of(const std::string& name) {
  return name == "tf32" ? Precision::tf32 : name == "bf16" ? Precision::bf16 : Precision::fp32;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 7) {
    std::fprintf(stderr, "Usage: gpu_network_peer MODEL BATCH SIZE MODE cuda|cpu fp32|tf32|bf16\n");
    return 2;
  }
  const bool on_gpu = std::string(argv[5]) == "cuda";
  const nn::Execution execution(on_gpu ? Device::cuda : Device::cpu, precision_of(on_gpu ? argv[6] : "fp32"));
  const Work work = work_of(argv[4], {argv[1], std::atoi(argv[2]), std::atoi(argv[3]), execution});
  for (int i = 0; i < 3; ++i) work.run();
  for (double seconds; std::cin >> seconds;)
    std::cout << bench::median_milliseconds(seconds, 3, work.run) / work.passes << std::endl;
  std::cout << double(work.peak_bytes()) / (1 << 20) << std::endl;
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "gpu_network_peer: %s\n", error.what());
  return 1;
}
