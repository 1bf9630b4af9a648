#include "nn/shards.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "kernels/parallel.hpp"
#include "nn/trainer.hpp"
#include "small_batch.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::nn;
using test::SmallBatch;

namespace {

const char* const model = "unet:widths=8-16,bottleneck=24";

// Threads in place of processes: pieces lie here until all have come.
struct Meeting {
  explicit Meeting(int size) : size(size) {}
  const int size;
  std::mutex mutex;
  std::condition_variable all_here;
  std::vector<std::byte> pieces;
  int came = 0, round = 0;
};

class ThreadExchange : public Exchange {
 public:
  ThreadExchange(Meeting& meeting, int rank) : meeting_(meeting), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return meeting_.size; }
  void gather(void* all, size_t bytes, int count) const override {
    const size_t begin = bytes * size_t(first_of(rank_, count)), end = bytes * size_t(first_of(rank_ + 1, count));
    bring(static_cast<std::byte*>(all), begin, end, bytes * size_t(count));
    std::memcpy(all, meeting_.pieces.data(), bytes * size_t(count));
    bring(nullptr, 0, 0, bytes * size_t(count));  // none brings the next before all have taken these
  }

 private:
  void bring(const std::byte* all, size_t begin, size_t end, size_t bytes) const {
    std::unique_lock lock(meeting_.mutex);
    meeting_.pieces.resize(bytes);
    if (begin < end) std::memcpy(meeting_.pieces.data() + begin, all + begin, end - begin);
    const int round = meeting_.round;
    if (++meeting_.came == meeting_.size) {
      meeting_.came = 0, ++meeting_.round;
      meeting_.all_here.notify_all();
    } else {
      meeting_.all_here.wait(lock, [&] { return meeting_.round != round; });
    }
  }

  Meeting& meeting_;
  const int rank_;
};

// Footprints of three cells in a row of an image each, in the order of the images; none in the second image.
struct SmallFootprints {
  kernels::FootprintMatrix matrix;
  std::vector<float> targets;

  explicit SmallFootprints(View<const float> inputs) {
    for (int n = 0; n < inputs.n; ++n)
      for (int i = 0; n != 1 && i < inputs.h; i += n + 1) {
        for (int j = 0; j < 3; ++j) matrix.add_entry((n * inputs.h + i) * inputs.w + j, 0.25f + 0.25f * float(j == 1));
        matrix.end_footprint();
        targets.push_back(0.1f * float(i - n));
      }
  }
};

struct End {
  std::vector<float> parameters;
  kernels::LossSum<float> loss;
  bool operator==(const End& o) const {
    return parameters == o.parameters && loss.sum == o.loss.sum && loss.count == o.loss.count;
  }
};

End trained(Execution execution, bool on_footprints, int images = 6) {
  kernels::Adam adam;
  adam.weight_decay = 1e-2f, adam.decoupled = true;
  Trainer trainer(model_spec(model, 3), 7, execution, {}, adam);
  for (int step = 0; step < 6; ++step) {
    const SmallBatch batch(images, 13, 10, 3, uint64_t(step));
    if (on_footprints) {
      SmallFootprints footprints(batch.inputs());
      trainer.step(batch.inputs(), footprints.matrix.view(batch.inputs().pixels()),
                   {footprints.targets.data(), int(footprints.targets.size()), 1, 1, 1}, 1e-2f);
    } else {
      trainer.step(batch.inputs(), batch.targets(), 1e-2f);
    }
  }
  return {trainer.checkpoint().parameters, trainer.take_loss()};
}

End of_one(int threads, int shards, bool on_footprints, int images = 6) {
  Execution execution;
  execution.threads = threads, execution.shards = shards;
  return trained(execution, on_footprints, images);
}

std::vector<End> of_several(int processes, bool on_footprints, int images = 6) {
  Meeting meeting(processes);
  std::vector<End> ends(static_cast<size_t>(processes));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < processes; ++rank)
    threads.emplace_back([&, rank] {
      const ThreadExchange exchange(meeting, rank);
      Execution execution;
      execution.threads = 1, execution.shards = 4, execution.exchange = &exchange;
      ends[size_t(rank)] = trained(execution, on_footprints, images);
    });
  for (std::thread& thread : threads) thread.join();
  return ends;
}

}  // namespace

TEST_CASE("any number of processes and threads has the bits of one") {
  for (const bool on_footprints : {false, true}) {
    CAPTURE(on_footprints);
    const End one = of_one(1, 4, on_footprints);
    CHECK(of_one(2, 4, on_footprints) == one);
    for (const int processes : {2, 3, 4, 5}) {
      CAPTURE(processes);
      for (const End& end : of_several(processes, on_footprints)) CHECK(end == one);
    }
  }
}

TEST_CASE("a batch of fewer images than shards") {
  const End one = of_one(1, 4, true, 3);
  for (const End& end : of_several(4, true, 3)) CHECK(end == one);
}

TEST_CASE("shards change the rounding alone") {
  for (const bool on_footprints : {false, true}) {
    const End whole = of_one(1, 1, on_footprints), shards = of_one(1, 4, on_footprints);
    CHECK(whole.loss.count == shards.loss.count);
    CHECK(whole.loss.sum == doctest::Approx(shards.loss.sum).epsilon(1e-4));
    double largest = 0;
    for (size_t i = 0; i < whole.parameters.size(); ++i)
      largest = std::max(largest, std::abs(double(whole.parameters[i]) - double(shards.parameters[i])));
    CHECK(largest > 0);
    CHECK(largest < 2e-3);
  }
}

TEST_CASE("a footprint with cells in two shards is refused") {
  const SmallBatch batch(4, 8, 8, 3, 1);
  kernels::FootprintMatrix matrix;
  matrix.add_entry(70, 0.5f), matrix.add_entry(190, 0.5f);
  matrix.end_footprint();
  const float target = 1;
  Execution execution;
  execution.shards = 4;
  Trainer trainer(model_spec(model, 3), 7, execution);
  CHECK_THROWS_NAMING(ShapeError, trainer.step(batch.inputs(), matrix.view(256), {&target, 1, 1, 1, 1}, 1e-2f),
                      "footprint 0", "shards");
}
