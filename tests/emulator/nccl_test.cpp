#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "files.hpp"
#include "kernels/device_gather.hpp"
#include "training.hpp"

// Several processes, each with an emulated GPU, that exchange gradients by NCCL's functions.

using namespace unetsr;
using namespace unetsr::test;

namespace {

constexpr int shards = 4;

// Between hosts nothing must go.
class OnGpus : public nn::Exchange {
 public:
  OnGpus(int rank, int size) : rank_(rank), size_(size) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void gather(void*, size_t, int) const override { std::_Exit(3); }

 private:
  int rank_, size_;
};

std::string trained(nn::Execution execution) {
  execution.shards = shards, execution.exact = true;
  nn::Trainer trainer(nn::model_spec("unet:widths=2,bottleneck=3", 3), 7, execution, {}, adamw());
  for (int step = 0; step < 4; ++step) {
    const SmallBatch batch(5, 6, 7, 3, uint64_t(step));
    trainer.step(batch.inputs(), batch.targets(), 1e-2f);
  }
  const nn::Checkpoint end = trainer.checkpoint();
  std::string bytes;
  for (const auto* values : {&end.parameters, &end.m, &end.v})
    bytes.append(reinterpret_cast<const char*>(values->data()), values->size() * sizeof(float));
  return bytes;
}

// One of several processes; it ends here.
[[noreturn]] void train_with(const kernels::DeviceGather::Id& id, int rank, int size,
                             const std::filesystem::path& out) {
  constexpr int longest = 120;
  alarm(longest);  // where another one ends early
  int code = 1;
  try {
    const OnGpus exchange(rank, size);
    kernels::DeviceGather gpus(id, rank, size);
    nn::Execution execution(Device::cuda);
    execution.exchange = &exchange, execution.between_gpus = &gpus;
    write_file(out, trained(execution));
    code = 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "process %d: %s\n", rank, e.what());
  }
  std::_Exit(code);
}

}  // namespace

TEST_CASE("GPUs of any number of processes, with shards for each or not, have the bits of one") {
  const TemporaryDirectory directory;
  const std::string one = trained(Device::cuda);
  REQUIRE(!one.empty());
  for (const int size : {1, 2, 3, 4, 5}) {
    CAPTURE(size);
    const kernels::DeviceGather::Id id = kernels::DeviceGather::make_id();
    std::vector<pid_t> all;
    for (int rank = 0; rank < size; ++rank) {
      const pid_t process = fork();
      if (process == 0) train_with(id, rank, size, directory / std::to_string(rank));
      REQUIRE(process > 0);
      all.push_back(process);
    }
    for (int rank = 0; rank < size; ++rank) {
      int status = 0;
      waitpid(all[size_t(rank)], &status, 0);
      CHECK(status == 0);
      CHECK(read_file(directory / std::to_string(rank)) == one);
    }
  }
}
