#include <cmath>

#include "kernels/cuda/ptx.hpp"
#include "launched.hpp"

// What kernels can ask for, against what CUDA's guide says of it.
using namespace emulator;
using namespace emulator::test;
using unetsr::kernels::cuda::load_matrices;

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

// Matrix m has the value 64 m + 8 i + j in row i and column j; its rows lie one after the other, those of the last
// matrix first.
template <bool transposed, int matrices>
__global__ void load_some(unsigned* out) {
  const int lane = int(threadIdx.x);
  auto* const shared = static_cast<unsigned short*>(shared_memory());
  if (lane < 8 * matrices)
    for (int j = 0; j < 8; ++j)
      shared[64 * (matrices - 1) - lane / 8 * 64 + lane % 8 * 8 + j] = (unsigned short)(8 * lane + j);
  __syncwarp();
  unsigned registers[matrices];
  load_matrices<transposed>(registers, shared + 64 * (matrices - 1) - lane / 8 * 64 + lane % 8 * 8);
  for (int m = 0; m < matrices; ++m) out[32 * m + lane] = registers[m];
}

__global__ void load_from(const float* row, int in_shared) {
  unsigned registers[1];
  load_matrices(registers, row ? row : static_cast<const float*>(shared_memory()) + in_shared);
}

// One warp stores what another loads.
constexpr unsigned line_of_load_stored = __LINE__;
__global__ void load_stored(unsigned* out, bool with_barrier) {
  const int warp = int(threadIdx.x) / 32, lane = int(threadIdx.x) % 32;
  float* const shared = static_cast<float*>(shared_memory());
  if (warp == 0) shared[lane] = 1;
  if (with_barrier) __syncthreads();
  unsigned registers[1] = {};
  if (warp == 1) load_matrices(registers, shared + lane % 8 * 4);
  out[threadIdx.x] = registers[0];
}

__global__ void keep_shared(float* out) {
  float* const shared = static_cast<float*>(shared_memory());
  out[blockIdx.x * blockDim.x + threadIdx.x] = shared[threadIdx.x];
  shared[threadIdx.x] = 1;
}

template <bool transposed, int matrices>
void check_loaded() {
  const DeviceVector<unsigned> out(32 * matrices);
  CHECK(fault_of(load_some<transposed, matrices>, 1, 32, 128 * matrices, out.data()) == "");
  const std::vector<unsigned> got = out.values();
  for (int m = 0; m < matrices; ++m)
    for (int lane = 0; lane < 32; ++lane) {
      const int line = lane / 4, pair = lane % 4 * 2;
      const int low = 64 * m + (transposed ? 8 * pair + line : 8 * line + pair), high = low + (transposed ? 8 : 1);
      CHECK(got[size_t(32 * m + lane)] == unsigned(high << 16 | low));
    }
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

TEST_CASE("ldmatrix gives each lane two values of every matrix") {
  check_loaded<false, 1>(), check_loaded<false, 2>(), check_loaded<false, 4>();
  check_loaded<true, 1>(), check_loaded<true, 2>(), check_loaded<true, 4>();
}

TEST_CASE("ldmatrix takes aligned rows of shared memory") {
  const DeviceVector<float> values(4);
  CHECK(fault_of(load_from, 1, 32, 64, nullptr, 12) == "");
  for (const int misplaced : {1, 2, 16, -4})
    CHECK_FAULT(fault_of(load_from, 1, 32, 64, nullptr, misplaced), "ldmatrix", "16 aligned bytes of shared memory",
                "warp_test.cpp:");
  CHECK_FAULT(fault_of(load_from, 1, 32, 64, values.data(), 0), "16 aligned bytes of shared memory");
}

TEST_CASE("what ldmatrix loads must be there" * doctest::skip(!observes_accesses)) {
  const DeviceVector<unsigned> out(64);
  CHECK(fault_of(load_stored, 1, 64, 128, out.data(), true) == "");
  CHECK(out.values()[63] == __float_as_uint(1));
  CHECK_FAULT(fault_of(load_stored, 1, 64, 128, out.data(), false), "data race", "shared memory",
              "warp_test.cpp:" + std::to_string(line_of_load_stored + 4),
              "warp_test.cpp:" + std::to_string(line_of_load_stored + 7));
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
