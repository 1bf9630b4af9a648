#pragma once
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "kernels/cuda/check.hpp"
#include "kernels/cuda/stream.hpp"
#include "kernels/queue.hpp"
#include "kernels/shape_check.hpp"

// How a twin is written. kernels/cuda/<op>.hpp declares it, with the signature of the op for float and a line on what
// bounds it; kernels/cuda/<op>.cu defines it; kernels/<op>.cpp calls it for Device::cuda; kernels/no_cuda/ops.cpp has a
// line that takes its place in a build without CUDA. A .cu is compiled twice: by nvcc, and, for the tests, as plain C++
// against tests/emulator. So
//   - kernels are launched by launch() or for_each() (for_each.hpp), never by <<<>>>
//   - shared memory is dynamic: shared_memory<T>() of a struct that is T, never a __shared__ variable
//   - PTX is written in ptx.hpp alone, beside its C++ twin
//   - functions called from kernels are __device__ or constexpr (View and Shape are); lambdas stay inside a kernel
//   - results never depend on the order of threads: no float atomics, sums in an order of their own
// tests/cuda tests every twin from the table in tests/kernels/op_table.hpp, against the specification.
namespace unetsr::kernels::cuda {

// The dynamic shared memory of the block.
#ifdef __CUDACC__
extern __shared__ __align__(128) unsigned char shared_bytes[];
template <class T>
__device__ T& shared_memory() {
  return *reinterpret_cast<T*>(shared_bytes);
}
#else
template <class T>
T& shared_memory() {
  return *static_cast<T*>(emulator::shared_memory());
}
#endif

// Starts `kernel` on grid x block threads with `shared` bytes of shared memory. Nothing happens where the grid is
// empty.
template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, size_t shared, Stream& stream,
            const Arguments&... arguments) {
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
  if (shared > 48 * 1024)
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, int(shared)),
          "cudaFuncSetAttribute of " + std::to_string(shared) + " bytes of shared memory");
  std::tuple<std::remove_cv_t<Parameters>...> values(arguments...);
  std::apply(
      [&](auto&... value) {
        void* pointers[] = {&value...};
        // CUDA 12 cannot deduce the type of a function.
        check(cudaLaunchKernel<void(Parameters...)>(kernel, grid, block, pointers, shared, stream.handle()),
              "cudaLaunchKernel");
      },
      values);
}

// How many blocks of `block` threads have a thread for each of `count`.
inline unsigned blocks_for(int64_t count, int block) {
  const int64_t blocks = (count + block - 1) / block;
  require(blocks <= 0x7fffffff,
          [&] { return "an array of " + std::to_string(count) + " values is too large for one kernel"; });
  return unsigned(blocks);
}

}  // namespace unetsr::kernels::cuda
