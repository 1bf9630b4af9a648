#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "emulator/block.hpp"
#include "emulator/device_heap.hpp"
#include "emulator/include/cuda_runtime.h"

using Work = std::function<void()>;

struct CUstream_st {
  bool capturing = false;
  std::vector<Work> captured;
};
struct CUevent_st {
  std::chrono::steady_clock::time_point time;
};
struct CUgraph_st {
  std::vector<Work> work;
};
struct CUgraphExec_st {
  std::vector<Work> work;
};

namespace emulator {
namespace {

constexpr size_t shared_bytes_without_asking = 48 * 1024;

// Asked for, not yet done: streams share one order.
std::vector<Work> pending;
int captures = 0;
cudaError_t last_error = cudaSuccess;       // of a call
cudaError_t error_of_kernel = cudaSuccess;  // that no call has told yet
std::string fault;
std::unordered_map<const void*, int> allowed_shared_bytes;

cudaError_t fail(cudaError_t e) {
  return last_error = e;
}

void run_pending() {
  const std::vector<Work> now = std::exchange(pending, {});
  if (now.empty()) return;
  device_heap().open(true);
  try {
    for (const Work& work : now) work();
  } catch (const Fault& f) {
    fault = f.what();
    error_of_kernel = cudaErrorLaunchFailure;
  }
  device_heap().open(false);
}

// The error of what was pending, once.
cudaError_t synchronise() {
  if (captures > 0) return fail(cudaErrorStreamCaptureUnsupported);
  run_pending();
  return std::exchange(error_of_kernel, cudaSuccess);
}

cudaError_t ask(cudaStream_t stream, Work work) {
  (stream && stream->capturing ? stream->captured : pending).push_back(std::move(work));
  return cudaSuccess;
}

bool fits(const void* p, size_t bytes, bool on_device) {
  return on_device ? device_heap().holds(p, bytes) : !device_heap().contains(uintptr_t(p));
}

}  // namespace

cudaError_t allow_shared_bytes(const void* kernel, int bytes) {
  if (bytes < 0 || size_t(bytes) > max_shared_bytes) return fail(cudaErrorInvalidValue);
  allowed_shared_bytes[kernel] = bytes;
  return cudaSuccess;
}

cudaError_t launch(const void* kernel, dim3 grid, dim3 block_size, size_t shared_bytes, cudaStream_t stream,
                   Call call) {
  const uint64_t threads = uint64_t(block_size.x) * block_size.y * block_size.z;
  if (threads == 0 || threads > max_threads || grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7fffffff ||
      grid.y > 65535 || grid.z > 65535)
    return fail(cudaErrorInvalidConfiguration);
  const auto allowed = allowed_shared_bytes.find(kernel);
  if (shared_bytes > (allowed == allowed_shared_bytes.end()
                          ? shared_bytes_without_asking
                          : std::max(shared_bytes_without_asking, size_t(allowed->second))))
    return fail(cudaErrorInvalidValue);
  return ask(stream, [=, launch = Launch{grid, block_size, shared_bytes, std::move(call)}] { block().run(launch); });
}

}  // namespace emulator

using namespace emulator;

const char* cudaGetErrorString(cudaError_t e) {
  switch (e) {
    case cudaSuccess:
      return "no error";
    case cudaErrorInvalidValue:
      return "invalid argument";
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorInvalidConfiguration:
      return "invalid configuration argument";
    case cudaErrorNotReady:
      return "device not ready";
    case cudaErrorLaunchFailure:
      return fault.c_str();
    case cudaErrorStreamCaptureUnsupported:
      return "operation not permitted when stream is capturing";
  }
  return "unknown error";
}

cudaError_t cudaGetLastError() {
  return std::exchange(last_error, cudaSuccess);
}

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  return device == 0 ? cudaSuccess : fail(cudaErrorInvalidValue);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* p, int device) {
  if (device != 0) return fail(cudaErrorInvalidValue);
  *p = {"emulated GPU", size_t(1) << 36, 4, 9, 0};
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
  *value = 4;
  return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() {
  return synchronise();
}

cudaError_t cudaMalloc(void** p, size_t bytes) {
  *p = nullptr;
  if (captures > 0) return fail(cudaErrorStreamCaptureUnsupported);
  if (bytes == 0) return cudaSuccess;
  *p = device_heap().allocate(bytes);
  return *p ? cudaSuccess : fail(cudaErrorMemoryAllocation);
}

cudaError_t cudaFree(void* p) {
  if (captures > 0) return fail(cudaErrorStreamCaptureUnsupported);
  run_pending();
  return !p || device_heap().release(p) ? cudaSuccess : fail(cudaErrorInvalidValue);
}

cudaError_t cudaMallocHost(void** p, size_t bytes) {
  *p = std::malloc(bytes);
  return *p ? cudaSuccess : fail(cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeHost(void* p) {
  run_pending();
  std::free(p);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  if (!fits(from, bytes, from_device) || !fits(to, bytes, to_device)) return fail(cudaErrorInvalidValue);
  return ask(stream, [=] { std::memcpy(to, from, bytes); });
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  const cudaError_t e = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
  return e == cudaSuccess ? synchronise() : e;
}

cudaError_t cudaMemsetAsync(void* p, int value, size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (!fits(p, bytes, true)) return fail(cudaErrorInvalidValue);
  return ask(stream, [=] { std::memset(p, value, bytes); });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st;
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  run_pending();
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t) {
  return synchronise();
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  run_pending();
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return ask(stream, [=] { event->time = std::chrono::steady_clock::now(); });
}

cudaError_t cudaEventSynchronize(cudaEvent_t) {
  return synchronise();
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  if (!pending.empty()) return fail(cudaErrorNotReady);
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - begin->time).count();
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) {
  return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  if (!stream || stream->capturing) return fail(cudaErrorInvalidValue);
  stream->capturing = true;
  ++captures;
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  if (!stream || !stream->capturing) return fail(cudaErrorInvalidValue);
  stream->capturing = false;
  --captures;
  *graph = new CUgraph_st{std::exchange(stream->captured, {})};
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  *executable = new CUgraphExec_st{graph->work};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  for (const Work& work : graph->work) ask(stream, work);
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
  delete graph;
  return cudaSuccess;
}
