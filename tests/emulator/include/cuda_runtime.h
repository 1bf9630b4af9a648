#pragma once
// What the .cu sources use of CUDA, for the emulator (see emulator/emulator.hpp): the vocabulary of kernels, and the
// part of the runtime's host functions that the engine calls. Names, arguments and meaning are CUDA's.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "emulator/include/vector_types.h"
#include "emulator/site.hpp"

#define __global__
#define __device__
#define __host__
#define __launch_bounds__(...)
#define __forceinline__ inline __attribute__((always_inline))
#define __align__(bytes) alignas(bytes)

inline uint3 threadIdx{}, blockIdx{};
inline dim3 blockDim{}, gridDim{};
inline constexpr int warpSize = 32;

namespace emulator {

// The dynamic shared memory of the block.
void* shared_memory();
void barrier(Site);
const std::byte* exchange(unsigned mask, const void* value, size_t bytes, const char* operation, Site);
int current_lane();
// cp.async: copies `bytes`, or zeros where `from` is null, when their group is waited for.
void start_copy(void* to, const void* from, size_t bytes, Site);
void commit_copies();
void wait_for_copies(int groups_in_flight, Site);
// ldmatrix, as kernels/cuda/ptx.hpp has it.
void load_matrices(unsigned* to, int matrices, bool transposed, const void* row, Site);

// Each lane of the mask brings `value`; read(l) is then what lane l brought.
template <class T>
struct Lanes {
  const std::byte* slots;
  EMULATOR_UNOBSERVED T operator()(int lane) const {
    T value;
    __builtin_memcpy(&value, slots + size_t(lane) * 64, sizeof(T));
    return value;
  }
};
template <class T>
EMULATOR_UNOBSERVED Lanes<T> meet(unsigned mask, T value, const char* operation, Site site) {
  static_assert(sizeof(T) <= 64);
  return {exchange(mask, &value, sizeof(T), operation, site)};
}

enum class Atomic { add, min, max, exchange };
template <class T>
T atomic(Atomic, T* p, T value, Site);  // the value before; int, unsigned, unsigned long long, float, double
template <class T>
T atomic_compare_and_swap(T* p, T expected, T value, Site);  // int, unsigned, unsigned long long

}  // namespace emulator

inline void __syncthreads(emulator::Site site = emulator::Site::here()) {
  emulator::barrier(site);
}
void __syncwarp(unsigned mask = ~0u, emulator::Site = emulator::Site::here());
inline void __threadfence() {}

template <class T>
EMULATOR_UNOBSERVED T __shfl_sync(unsigned mask, T value, int from, int width = 32,
                                  emulator::Site site = emulator::Site::here()) {
  const int lane = emulator::current_lane();
  return emulator::meet(mask, value, "__shfl_sync", site)(lane / width * width + from % width);
}
template <class T>
EMULATOR_UNOBSERVED T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32,
                                      emulator::Site site = emulator::Site::here()) {
  const int lane = emulator::current_lane(), other = lane ^ bits;
  return emulator::meet(mask, value, "__shfl_xor_sync", site)(other / width > lane / width ? lane : other);
}
template <class T>
EMULATOR_UNOBSERVED T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32,
                                       emulator::Site site = emulator::Site::here()) {
  const int lane = emulator::current_lane();
  return emulator::meet(mask, value, "__shfl_down_sync", site)(lane % width + int(by) < width ? lane + int(by) : lane);
}
template <class T>
EMULATOR_UNOBSERVED T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32,
                                     emulator::Site site = emulator::Site::here()) {
  const int lane = emulator::current_lane();
  return emulator::meet(mask, value, "__shfl_up_sync", site)(lane % width >= int(by) ? lane - int(by) : lane);
}
unsigned __ballot_sync(unsigned mask, int predicate, emulator::Site = emulator::Site::here());
inline int __any_sync(unsigned mask, int predicate, emulator::Site site = emulator::Site::here()) {
  return __ballot_sync(mask, predicate, site) != 0;
}
inline int __all_sync(unsigned mask, int predicate, emulator::Site site = emulator::Site::here()) {
  return __ballot_sync(mask, !predicate, site) == 0;
}

template <class T>
T atomicAdd(T* p, T value, emulator::Site site = emulator::Site::here()) {
  return emulator::atomic(emulator::Atomic::add, p, value, site);
}
template <class T>
T atomicMin(T* p, T value, emulator::Site site = emulator::Site::here()) {
  return emulator::atomic(emulator::Atomic::min, p, value, site);
}
template <class T>
T atomicMax(T* p, T value, emulator::Site site = emulator::Site::here()) {
  return emulator::atomic(emulator::Atomic::max, p, value, site);
}
template <class T>
T atomicExch(T* p, T value, emulator::Site site = emulator::Site::here()) {
  return emulator::atomic(emulator::Atomic::exchange, p, value, site);
}
template <class T>
T atomicCAS(T* p, T expected, T value, emulator::Site site = emulator::Site::here()) {
  return emulator::atomic_compare_and_swap(p, expected, value, site);
}

inline unsigned __float_as_uint(float x) {
  return std::bit_cast<unsigned>(x);
}
inline float __uint_as_float(unsigned x) {
  return std::bit_cast<float>(x);
}
inline double __dmul_rn(double a, double b) {
  return a * b;
}
inline double __dadd_rn(double a, double b) {
  return a + b;
}
inline int __popc(unsigned x) {
  return std::popcount(x);
}
inline int __ffs(int x) {
  return __builtin_ffs(x);
}
inline int __clz(int x) {
  return std::countl_zero(unsigned(x));
}
template <class T>
T __ldg(const T* p) {
  return *p;
}
inline float2 make_float2(float x, float y) {
  return {x, y};
}
inline float4 make_float4(float x, float y, float z, float w) {
  return {x, y, z, w};
}

// max(NaN, x) is x, as on a GPU.
inline float max(float a, float b) {
  return fmaxf(a, b);
}
inline float min(float a, float b) {
  return fminf(a, b);
}
using std::max, std::min;

// ---- host functions

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInvalidConfiguration = 9,
  cudaErrorNotReady = 600,
  cudaErrorLaunchFailure = 719,
  cudaErrorStreamCaptureUnsupported = 900
};
enum cudaMemcpyKind {
  cudaMemcpyHostToHost = 0,
  cudaMemcpyHostToDevice = 1,
  cudaMemcpyDeviceToHost = 2,
  cudaMemcpyDeviceToDevice = 3
};
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount = 16 };
enum cudaStreamCaptureMode { cudaStreamCaptureModeGlobal = 0, cudaStreamCaptureModeThreadLocal = 1 };
inline constexpr unsigned cudaStreamNonBlocking = 1, cudaEventDefault = 0, cudaEventDisableTiming = 2;

using cudaStream_t = struct CUstream_st*;
using cudaEvent_t = struct CUevent_st*;
using cudaGraph_t = struct CUgraph_st*;
using cudaGraphExec_t = struct CUgraphExec_st*;

struct cudaDeviceProp {
  char name[256];
  size_t totalGlobalMem;
  int multiProcessorCount, major, minor;
  int pciBusID, pciDeviceID, pciDomainID;
};

// The text of cudaErrorLaunchFailure is what the kernel did wrong.
const char* cudaGetErrorString(cudaError_t);
cudaError_t cudaGetLastError();

cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp*, int device);
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int device);
cudaError_t cudaDeviceSynchronize();

cudaError_t cudaMalloc(void** p, size_t bytes);
cudaError_t cudaFree(void* p);
cudaError_t cudaMemGetInfo(size_t* free, size_t* all);
cudaError_t cudaMallocHost(void** p, size_t bytes);
cudaError_t cudaFreeHost(void* p);
template <class T>
cudaError_t cudaMalloc(T** p, size_t bytes) {
  return cudaMalloc(reinterpret_cast<void**>(p), bytes);
}
template <class T>
cudaError_t cudaMallocHost(T** p, size_t bytes) {
  return cudaMallocHost(reinterpret_cast<void**>(p), bytes);
}
cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind);
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind, cudaStream_t = nullptr);
cudaError_t cudaMemsetAsync(void* p, int value, size_t bytes, cudaStream_t = nullptr);

cudaError_t cudaStreamCreateWithFlags(cudaStream_t*, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t);
cudaError_t cudaStreamSynchronize(cudaStream_t);

cudaError_t cudaEventCreateWithFlags(cudaEvent_t*, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t);
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t = nullptr);
cudaError_t cudaEventSynchronize(cudaEvent_t);
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end);
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned flags = 0);

// A graph is the list of what was asked of the stream meanwhile; launching it asks for the same again.
cudaError_t cudaStreamBeginCapture(cudaStream_t, cudaStreamCaptureMode);
cudaError_t cudaStreamEndCapture(cudaStream_t, cudaGraph_t*);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t*, cudaGraph_t, unsigned long long flags = 0);
cudaError_t cudaGraphLaunch(cudaGraphExec_t, cudaStream_t);
cudaError_t cudaGraphDestroy(cudaGraph_t);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t);

namespace emulator {

// A kernel with its arguments. Not a std::function, whose inside would be observed as if it were the kernel's.
struct Call {
  std::shared_ptr<const void> closure;
  void (*run)(const void* closure);
};

cudaError_t allow_shared_bytes(const void* kernel, int bytes);
cudaError_t launch(const void* kernel, dim3 grid, dim3 block, size_t shared_bytes, cudaStream_t, Call);

template <class Closure>
EMULATOR_UNOBSERVED void run_closure(const void* closure) {
  (*static_cast<const Closure*>(closure))();
}

template <class... Parameters, size_t... i>
Call with_arguments(void (*kernel)(Parameters...), void** arguments, std::index_sequence<i...>) {
  const auto closure = [kernel, ... values = *static_cast<std::remove_cv_t<Parameters>*>(arguments[i])]()
                           EMULATOR_UNOBSERVED { kernel(values...); };
  using Closure = std::remove_const_t<decltype(closure)>;
  return {std::make_shared<const Closure>(closure), run_closure<Closure>};
}

template <class... Parameters>
cudaError_t launch_with(void (*kernel)(Parameters...), dim3 grid, dim3 block, void** arguments, size_t shared_bytes,
                        cudaStream_t stream) {
  return launch(reinterpret_cast<const void*>(kernel), grid, block, shared_bytes, stream,
                with_arguments(kernel, arguments, std::index_sequence_for<Parameters...>()));
}

}  // namespace emulator

template <class... Parameters>
cudaError_t cudaFuncSetAttribute(void (*kernel)(Parameters...), cudaFuncAttribute, int bytes) {
  return emulator::allow_shared_bytes(reinterpret_cast<const void*>(kernel), bytes);
}
template <class Function>
cudaError_t cudaLaunchKernel(Function* kernel, dim3 grid, dim3 block, void** arguments, size_t shared_bytes = 0,
                             cudaStream_t stream = nullptr) {
  return emulator::launch_with(kernel, grid, block, arguments, shared_bytes, stream);
}
