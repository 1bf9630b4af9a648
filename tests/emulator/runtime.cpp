#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emulator/block.hpp"
#include "emulator/device_heap.hpp"
#include "emulator/streams.hpp"

struct CUgraph_st {
  std::vector<emulator::Item> items;
};
struct CUgraphExec_st {
  std::vector<emulator::Item> items;
};

namespace emulator {
namespace {

constexpr size_t shared_bytes_without_asking = 48 * 1024;
constexpr size_t device_memory = size_t(1) << 36;

int captures = 0;
cudaError_t last_error = cudaSuccess;       // of a call
cudaError_t error_of_kernel = cudaSuccess;  // that no call has told yet
std::string fault;
std::unordered_map<const void*, int> allowed_shared_bytes;
std::set<const void*> launched;

cudaError_t fail(cudaError_t e) {
  return last_error = e;
}

void keep(const std::string& fault_now) {
  if (fault_now.empty()) return;
  fault = fault_now;
  error_of_kernel = cudaErrorLaunchFailure;
}

// Runs up to there; the error of what has run since the last call, once.
cudaError_t synchronise(CUstream_st* stream, uint64_t position) {
  if (captures > 0) return fail(cudaErrorStreamCaptureUnsupported);
  keep(run_until(stream, position));
  return std::exchange(error_of_kernel, cudaSuccess);
}

cudaError_t synchronise() {
  if (captures > 0) return fail(cudaErrorStreamCaptureUnsupported);
  keep(run_all());
  return std::exchange(error_of_kernel, cudaSuccess);
}

CUstream_st* stream_of(cudaStream_t stream) {
  return stream ? stream : default_stream();
}

cudaError_t ask(cudaStream_t stream, Item item) {
  CUstream_st* const s = stream_of(stream);
  if (s->capturing)
    s->captured.push_back(std::move(item));
  else
    s->pending.push_back(std::move(item));
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
  launched.insert(kernel);
  return ask(stream, {[=, launch = Launch{grid, block_size, shared_bytes, std::move(call)}] { block().run(launch); }});
}

std::set<const void*> take_launched() {
  return std::exchange(launched, {});
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
  *p = {"emulated GPU", device_memory, 4, 9, 0, 0, 0, 0};
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

cudaError_t cudaMemGetInfo(size_t* free, size_t* all) {
  *all = device_memory;
  *free = device_memory - device_heap().allocated_bytes();
  return cudaSuccess;
}

cudaError_t cudaFree(void* p) {
  if (captures > 0) return fail(cudaErrorStreamCaptureUnsupported);
  keep(run_all());
  return !p || device_heap().release(p) ? cudaSuccess : fail(cudaErrorInvalidValue);
}

cudaError_t cudaMallocHost(void** p, size_t bytes) {
  *p = std::malloc(bytes);
  return *p ? cudaSuccess : fail(cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeHost(void* p) {
  keep(run_all());
  std::free(p);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  if (!fits(from, bytes, from_device) || !fits(to, bytes, to_device)) return fail(cudaErrorInvalidValue);
  return ask(stream, {[=] { std::memcpy(to, from, bytes); }});
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  const cudaError_t e = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
  return e == cudaSuccess ? cudaStreamSynchronize(nullptr) : e;
}

cudaError_t cudaMemsetAsync(void* p, int value, size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (!fits(p, bytes, true)) return fail(cudaErrorInvalidValue);
  return ask(stream, {[=] { std::memset(p, value, bytes); }});
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new_stream();
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  keep(run_until(stream, stream->asked()));
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  return synchronise(stream_of(stream), stream_of(stream)->asked());
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  if (event->stream) keep(run_until(event->stream, event->position));
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  if (stream_of(stream)->capturing) return fail(cudaErrorStreamCaptureUnsupported);
  ask(stream, {[=] { event->time = std::chrono::steady_clock::now(); }});
  event->stream = stream_of(stream);
  event->position = event->stream->asked();
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return event->stream ? synchronise(event->stream, event->position) : cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  if (!begin->reached() || !end->reached()) return fail(cudaErrorNotReady);
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - begin->time).count();
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  if (stream_of(stream)->capturing) return fail(cudaErrorStreamCaptureUnsupported);
  return event->reached() ? cudaSuccess : ask(stream, {nullptr, event->stream, event->position});
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
  *executable = new CUgraphExec_st{graph->items};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  for (const Item& item : graph->items) ask(stream, item);
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
