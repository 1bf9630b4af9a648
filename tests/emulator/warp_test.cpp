#include <cmath>

#include "launched.hpp"

// What kernels can ask for, against what CUDA's guide says of it.
using namespace emulator;
using namespace emulator::test;

namespace {

__global__ void shuffles(int* out) {
  const int lane = int(threadIdx.x), n = warpSize;
  out[0 * n + lane] = __shfl_sync(~0u, lane, 3);
  out[1 * n + lane] = __shfl_sync(~0u, lane, 5, 8);
  out[2 * n + lane] = __shfl_xor_sync(~0u, lane, 16);
  out[3 * n + lane] = __shfl_down_sync(~0u, lane, 4);
  out[4 * n + lane] = __shfl_up_sync(~0u, lane, 4, 16);
  out[5 * n + lane] = int(__ballot_sync(~0u, lane % 3 == 0));
  out[6 * n + lane] = __any_sync(~0u, lane == 7) + 2 * __all_sync(~0u, lane == 7);
}

__global__ void half_warps(int* out) {
  const int lane = int(threadIdx.x);
  const unsigned mask = lane < 16 ? 0xffffu : 0xffff0000u;
  int sum = lane;
  for (int bits = 8; bits > 0; bits /= 2) sum += __shfl_xor_sync(mask, sum, bits);
  out[lane] = sum;
}

__global__ void atomics(int* sums, float* total) {
  atomicAdd(&sums[0], 1);
  atomicMax(&sums[1], int(threadIdx.x));
  atomicMin(&sums[2], -int(blockIdx.x));
  atomicCAS(&sums[3], 0, 1 + int(blockIdx.x * blockDim.x + threadIdx.x));
  atomicAdd(total, 0.5f);
}

__global__ void coordinates(int* out) {
  const int block = int((blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x);
  const int thread = int((threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x);
  out[block * int(blockDim.x * blockDim.y * blockDim.z) + thread] = 1000 * block + thread;
}

__global__ void keep_shared(float* out) {
  float* const shared = static_cast<float*>(shared_memory());
  out[blockIdx.x * blockDim.x + threadIdx.x] = shared[threadIdx.x];
  shared[threadIdx.x] = 1;
}

}  // namespace

TEST_CASE("shuffles and votes") {
  const DeviceVector<int> out(7 * 32);
  CHECK(fault_of(shuffles, 1, 32, 0, out.data()) == "");
  const std::vector<int> got = out.values();
  for (int lane = 0; lane < 32; ++lane) {
    const auto row = [&](int i) { return got[size_t(i * 32 + lane)]; };
    CHECK(row(0) == 3);
    CHECK(row(1) == lane / 8 * 8 + 5);
    CHECK(row(2) == (lane ^ 16));
    CHECK(row(3) == (lane < 28 ? lane + 4 : lane));
    CHECK(row(4) == (lane % 16 >= 4 ? lane - 4 : lane));
    CHECK(row(5) == int(0b01001001001001001001001001001001u));
    CHECK(row(6) == 1);
  }
}

TEST_CASE("lanes of different masks meet on their own") {
  const DeviceVector<int> out(32);
  CHECK(fault_of(half_warps, 1, 32, 0, out.data()) == "");
  for (int lane = 0; lane < 32; ++lane) CHECK(out.values()[size_t(lane)] == (lane < 16 ? 120 : 376));
}

TEST_CASE("atomics do not race with one another") {
  for (const Schedule& schedule : schedules()) {
    const Scheduled scheduled(schedule);
    const DeviceVector<int> sums(4);
    const DeviceVector<float> total(1);
    CHECK(fault_of(atomics, 3, 64, 0, sums.data(), total.data()) == "");
    const std::vector<int> got = sums.values();
    CHECK(got[0] == 192);
    CHECK(got[1] == 63);
    CHECK(got[2] == -2);
    CHECK(got[3] >= 1);
    CHECK(total.values()[0] == 96);
  }
}

TEST_CASE("threads and blocks have three coordinates") {
  const DeviceVector<int> out(24 * 30);
  CHECK(fault_of(coordinates, dim3(2, 3, 4), dim3(5, 3, 2), 0, out.data()) == "");
  for (int i = 0; i < 24 * 30; ++i) CHECK(out.values()[size_t(i)] == 1000 * (i / 30) + i % 30);
}

TEST_CASE("shared memory holds NaNs when a block starts") {
  const DeviceVector<float> out(3 * 32);
  CHECK(fault_of(keep_shared, 3, 32, 128, out.data()) == "");
  for (float value : out.values()) CHECK(std::isnan(value));
}

TEST_CASE("max and min give the number where the other is NaN") {
  CHECK(max(NAN, 1.0f) == 1);
  CHECK(min(1.0f, NAN) == 1);
}
