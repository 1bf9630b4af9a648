#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "kernels/parallel.hpp"
#include "nn/trainer.hpp"
#include "small_batch.hpp"

// Counts what any thread asks of the system's allocator, where operator new asks too, and of the system itself.
namespace {
std::atomic<int64_t> allocations = 0;

int64_t so_far() {
  return allocations;
}
}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// GCC has this function and leaves its header out.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*, size_t),
                                                         void (*free_hook)(const volatile void*));

namespace {
const int hooks = __sanitizer_install_malloc_and_free_hooks([](const volatile void*, size_t) { ++allocations; },
                                                            [](const volatile void*) {});
}
#else
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

void* malloc(size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* p, size_t size) {
  ++allocations;
  return __libc_realloc(p, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void* mmap(void* at, size_t size, int protection, int flags, int file, off_t offset) noexcept {
  ++allocations;
  return reinterpret_cast<void*>(syscall(SYS_mmap, at, size, protection, flags, file, offset));
}
}
#endif

using namespace unetsr;
using namespace unetsr::nn;
using test::SmallBatch;

namespace {

// One of every ninth cell.
kernels::FootprintMatrix small_footprints(int64_t cells) {
  kernels::FootprintMatrix matrix;
  for (int cell = 0; cell < cells; cell += 9) {
    matrix.add_entry(cell, 0.5f);
    matrix.end_footprint();
  }
  return matrix;
}

}  // namespace

TEST_CASE("the counter sees new, aligned new, malloc and large memory") {
  const int64_t before = so_far();
  const std::vector<float> vector(100);
  const kernels::Memory memory(Queue(Device::cpu), 100), large(Queue(Device::cpu), 100 << 20);
  void* volatile block = std::malloc(100);
  std::free(block);
  CHECK(so_far() - before == 4);
}

TEST_CASE("after the first, a step allocates nothing") {
  for (const int count : {1, 2})
    for (const std::string model :
         {"unet:widths=16-32-64,bottleneck=128", "unet:widths=8-16,bottleneck=16,upsampling=bilinear",
          "unet-attention:widths=8-16,bottleneck=16", "unet-residual:widths=8-16,bottleneck=16",
          "unet-dense:widths=8-16,bottleneck=16", "unet-temporal:widths=8-16,bottleneck=16", "sifnet-small", "sifnet",
          "paper-cnn:patch=20"})
      for (const kernels::LossKind loss : {kernels::LossKind::mse, kernels::LossKind::huber}) {
        CAPTURE(count);
        CAPTURE(model);
        set_threads(count);
        const int side = model.starts_with("paper-cnn") ? 20 : 22;  // unet: an odd size below
        const SmallBatch batch(3, side, side, 6, 4);
        Trainer trainer(model_spec(model, 6), 1, Device::cpu, {loss, 1});
        trainer.step(batch.inputs(), batch.targets(), 1e-3f);
        const int64_t before = so_far();
        for (int i = 0; i < 4; ++i) trainer.step(batch.inputs(), batch.targets(), 1e-3f);
        trainer.take_loss();
        CHECK(so_far() == before);
      }
  set_threads(0);
}

TEST_CASE("the same for steps on footprints") {
  const SmallBatch batch(4, 16, 16, 6, 4);
  kernels::FootprintMatrix matrix = small_footprints(batch.inputs().pixels());
  const kernels::Footprints footprints = matrix.view(batch.inputs().pixels());
  const Shape targets = {int(footprints.by_footprint.rows()), 1, 1, 1};
  const std::vector<float> values(size_t(targets.n), 0.5f);
  set_threads(2);
  for (const int shards : {1, 4}) {
    Execution execution;
    execution.shards = shards;
    Trainer trainer(model_spec("unet:widths=16-32,bottleneck=64", 6), 1, execution);
    const auto step = [&] { trainer.step(batch.inputs(), footprints, {values.data(), targets}, 1e-3f); };
    step();
    const int64_t before = so_far();
    for (int i = 0; i < 8; ++i) step();
    CHECK(so_far() == before);
  }
  set_threads(0);
}

TEST_CASE("the same for steps on patches of images, with and without footprints") {
  const SmallBatch batch(2, 40, 36, 6, 4);
  const View<const float> inputs = batch.inputs(), targets = batch.targets();
  constexpr int side = 16;
  std::vector<kernels::Crop> crops(4);
  kernels::FootprintMatrix matrix = small_footprints(4 * side * side);
  const kernels::Footprints footprints = matrix.view(4 * side * side);
  const Shape values_shape = {int(footprints.by_footprint.rows()), 1, 1, 1};
  const std::vector<float> values(size_t(values_shape.n), 0.5f);
  for (const int count : {1, 2})
    for (const bool on_footprints : {false, true}) {
      CAPTURE(count);
      CAPTURE(on_footprints);
      set_threads(count);
      Trainer trainer(model_spec("unet:widths=16-32,bottleneck=64", 6), 1, Device::cpu);
      trainer.set_images({.inputs = {inputs.data, inputs.data + inputs.size()},
                          .shape = inputs.shape(),
                          .targets = {targets.data, targets.data + targets.size()}});
      const auto step = [&](int i) {
        for (int k = 0; k < 4; ++k) crops[size_t(k)] = {k % 2, i + k, 2 * i, (i + k) % 8};
        const Patches patches{crops, side, side};
        if (on_footprints)
          trainer.step(patches, footprints, {values.data(), values_shape}, 1e-3f);
        else
          trainer.step(patches, 1e-3f);
      };
      step(0);
      const int64_t before = so_far();
      for (int i = 1; i < 9; ++i) step(i);
      trainer.take_loss();
      CHECK(so_far() == before);
    }
  set_threads(0);
}

TEST_CASE("the same for predictions") {
  const SmallBatch batch(1, 64, 64, 6, 4);
  std::vector<float> map(64 * 64);
  for (const int count : {1, 2}) {
    set_threads(count);
    Trainer trainer(model_spec("unet:widths=16-32,bottleneck=64", 6), 1, Device::cpu);
    const auto predict = [&] { trainer.predict(batch.inputs(), {map.data(), 1, 64, 64, 1}); };
    predict();
    const int64_t before = so_far();
    for (int i = 0; i < 4; ++i) predict();
    CHECK(so_far() == before);
  }
  set_threads(0);
}
