#include <set>
#include <utility>

#include "kernels/cuda/ptx.hpp"
#include "launched.hpp"

// Kernels that break a rule, and what the emulator says of them. Each is run in every order: whether a mistake is seen
// must not depend on luck.
using namespace emulator;
using namespace emulator::test;
using namespace unetsr::kernels::cuda;

namespace {

float* shared() {
  return static_cast<float*>(shared_memory());
}

constexpr unsigned line_of_reverse = __LINE__;
__global__ void reverse(float* out, bool with_barrier) {
  const int t = threadIdx.x, n = blockDim.x;
  shared()[t] = float(t);
  if (with_barrier) __syncthreads();
  out[t] = shared()[n - 1 - t];
}

__global__ void overwrite_too_early(float* out, bool with_barrier) {
  const int t = threadIdx.x, n = blockDim.x;
  for (int round = 0; round < 3; ++round) {
    shared()[t] = float(t * round);
    __syncthreads();
    out[t] = shared()[n - 1 - t];
    if (with_barrier) __syncthreads();
  }
}

__global__ void reverse_in_warp(float* out, bool with_barrier) {
  const int t = threadIdx.x;
  shared()[t] = float(t);
  if (with_barrier) __syncwarp();
  out[t] = shared()[t ^ 31];
}

// Where lanes do not wait at a barrier they meet in a vote, which orders no accesses to memory.
constexpr unsigned line_of_bring = __LINE__;
__global__ void bring(float* out, const float* from, int other, bool waits, bool with_barrier) {
  const int t = threadIdx.x;
  copy_async<4>(&shared()[t], &from[t]);
  end_group_of_copies();
  if (waits) wait_for_copies<0>();
  with_barrier ? __syncthreads() : void(__any_sync(~0u, true));
  out[t] = shared()[t ^ other];
}

__global__ void all_write_one(float* out) {
  *out = float(threadIdx.x);
}

__global__ void blocks_write_one(float* out) {
  if (threadIdx.x == 0) *out = float(blockIdx.x);
}

__global__ void write_at(float* p, int i) {
  if (threadIdx.x == 5) p[i] = 1;
}

__global__ void write_shared_at(int i) {
  if (threadIdx.x == 5) shared()[i] = 1;
}

__global__ void two_barriers() {
  if (threadIdx.x < 32)
    __syncthreads();
  else
    __syncthreads();
}

__global__ void barrier_and_shuffle(float* out) {
  if (threadIdx.x == 0)
    __syncthreads();
  else
    out[threadIdx.x] = __shfl_xor_sync(~0u, 1.0f, 1);
}

__global__ void two_shuffles(float* out) {
  const float v = float(threadIdx.x);
  out[threadIdx.x] = threadIdx.x % 2 ? __shfl_xor_sync(~0u, v, 1) : __shfl_down_sync(~0u, v, 1);
}

__global__ void not_in_mask(float* out) {
  out[threadIdx.x] = __shfl_sync(0xffffu, 1.0f, 0);
}

__global__ void returns_early(float* out, int n) {
  if (int(threadIdx.x) >= n) return;
  __syncthreads();
  out[threadIdx.x] = 1;
}

__global__ void add_as_they_come(float* sum) {
  const int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  atomicAdd(sum, (i % 2 ? -1e6f : 1e6f) / float(1 + i));
}

template <class... Parameters, class... Arguments>
void check_fault(std::initializer_list<std::string> parts, void (*kernel)(Parameters...), dim3 grid, dim3 block,
                 size_t bytes, Arguments... arguments) {
  for (const Schedule& schedule : schedules()) {
    const Scheduled scheduled(schedule);
    const std::string fault = fault_of(kernel, grid, block, bytes, arguments...);
    if (parts.size() == 0) CHECK(fault == "");
    for (const std::string& part : parts) CHECK_MESSAGE(contains(fault, part), "'", fault, "' does not name ", part);
  }
}

std::string line_in(unsigned kernel, unsigned line) {
  return "faults_test.cpp:" + std::to_string(kernel + line);
}
std::string line_in_reverse(unsigned line) {
  return line_in(line_of_reverse, line);
}

}  // namespace

TEST_CASE("barriers that not all threads reach") {
  const DeviceVector<float> out(64);
  check_fault({"two barriers", "__syncthreads", "faults_test.cpp:"}, two_barriers, 1, 64, 0);
  check_fault({"dead lock", "__syncthreads", "__shfl_xor_sync", "faults_test.cpp:"}, barrier_and_shuffle, 1, 32, 0,
              out.data());
  check_fault({}, returns_early, 1, 64, 0, out.data(), 20);
}

TEST_CASE("warp operations whose lanes disagree") {
  const DeviceVector<float> out(64);
  check_fault({"lanes of a warp disagree", "__shfl_xor_sync", "__shfl_down_sync"}, two_shuffles, 1, 32, 0, out.data());
  check_fault({"is not in the mask of its __shfl_sync"}, not_in_mask, 1, 32, 0, out.data());
}

TEST_CASE("the emulator works on after a fault") {
  const DeviceVector<float> out(64);
  fault_of(two_barriers, 1, 64, 0);
  check_fault({}, reverse, 1, 64, 256, out.data(), true);
  CHECK(out.values()[0] == 63);
}

TEST_CASE("a store that others load without a barrier between" * doctest::skip(!observes_accesses)) {
  const DeviceVector<float> out(64);
  check_fault({}, reverse, 1, 64, 256, out.data(), true);
  check_fault({"data race", "shared memory", line_in_reverse(3), line_in_reverse(5)}, reverse, 1, 64, 256, out.data(),
              false);
  check_fault({}, overwrite_too_early, 1, 64, 256, out.data(), true);
  check_fault({"data race", "shared memory"}, overwrite_too_early, 1, 64, 256, out.data(), false);
  check_fault({}, reverse_in_warp, 1, 32, 128, out.data(), true);
  check_fault({"data race", "shared memory"}, reverse_in_warp, 1, 32, 128, out.data(), false);
}

TEST_CASE("what cp.async brings is used too early" * doctest::skip(!observes_accesses)) {
  const DeviceVector<float> from(std::vector<float>(32, 3)), out(32);
  const std::string copy = line_in(line_of_bring, 3), wait = line_in(line_of_bring, 5),
                    load = line_in(line_of_bring, 7);
  const auto check = [&](std::initializer_list<std::string> parts, int other, bool waits, bool with_barrier) {
    check_fault(parts, bring, 1, 32, 128, out.data(), from.data(), other, waits, with_barrier);
  };
  check({}, 31, true, true);
  CHECK(out.values() == from.values());
  check({"used before its cp.async was waited for", "shared memory", copy, load}, 0, false, false);
  check({"used before its cp.async was waited for", "shared memory", copy, load}, 31, false, true);
  check({}, 0, true, false);
  check({"data race", "shared memory", wait, load}, 31, true, false);
}

TEST_CASE("a barrier that is left out is missed" * doctest::skip(!observes_accesses)) {
  const DeviceVector<float> out(64);
  check_fault({}, reverse, 1, 64, 256, out.data(), true);
  bool found = false;
  for (const Site& site : synchronisations()) {
    if (text(site) != line_in_reverse(4)) continue;
    found = true;
    leave_out(site);
    check_fault({"data race"}, reverse, 1, 64, 256, out.data(), true);
    leave_out({});
  }
  CHECK(found);
}

TEST_CASE("two threads, or two blocks, that store to one place of device memory" * doctest::skip(!observes_accesses)) {
  const DeviceVector<float> out(1);
  check_fault({"data race", "device memory"}, all_write_one, 1, 32, 0, out.data());
  check_fault({"data race", "device memory", "another block"}, blocks_write_one, 2, 32, 0, out.data());
  check_fault({}, blocks_write_one, 1, 32, 0, out.data());
}

TEST_CASE("stores out of bounds" * doctest::skip(!observes_accesses)) {
  const DeviceVector<float> out(10);
  std::vector<float> on_host(10);
  check_fault({}, write_at, 1, 32, 0, out.data(), 9);
  check_fault({"outside device memory", "thread (5, 0, 0)", "faults_test.cpp:"}, write_at, 1, 32, 0, out.data(), 10);
  check_fault({"outside device memory"}, write_at, 1, 32, 0, out.data(), -1);
  check_fault({"of the host's memory"}, write_at, 1, 32, 0, on_host.data(), 0);
  check_fault({}, write_shared_at, 1, 32, 40, 9);
  check_fault({"outside shared memory", "faults_test.cpp:"}, write_shared_at, 1, 32, 40, 10);
  check_fault({"outside shared memory"}, write_shared_at, 1, 32, 40, -1);
}

TEST_CASE("a sum in the order of threads, or of blocks, differs from schedule to schedule") {
  for (const auto& [blocks, threads] : {std::pair(1, 64), {64, 1}}) {
    std::set<float> sums;
    for (const Schedule& schedule : schedules()) {
      const Scheduled scheduled(schedule);
      const DeviceVector<float> sum(1);
      CHECK(fault_of(add_as_they_come, blocks, threads, 0, sum.data()) == "");
      sums.insert(sum.values()[0]);
    }
    CHECK(sums.size() > schedules().size() / 4);
  }
}
