#include "kernels/cuda/runtime.hpp"

#include "kernels/cuda/check.hpp"
#include "kernels/cuda/stream.hpp"

namespace unetsr::kernels::cuda {
namespace {

std::string no_room_for(size_t bytes) {
  const auto mib = [](size_t b) { return std::to_string(b >> 20); };
  cudaGetLastError();  // the caller may go on with less
  size_t free = 0, all = 0;
  check(cudaMemGetInfo(&free, &all), "cudaMemGetInfo");
  return "the GPU has no room for " + mib(bytes) + " MiB more: " + mib(free) + " of " + mib(all) +
         " MiB are free; use smaller batches, patches or images";
}

}  // namespace

std::shared_ptr<Stream> make_stream() {
  return std::make_shared<Stream>();
}

void synchronise(Stream& stream) {
  check(cudaStreamSynchronize(stream.handle()), "cudaStreamSynchronize");
}

void* allocate(size_t bytes) {
  void* p = nullptr;
  check(use_chosen_device(), "cudaSetDevice");
  const cudaError_t error = cudaMalloc(&p, bytes);
  if (error == cudaErrorMemoryAllocation) throw Error(no_room_for(bytes));
  check(error, "cudaMalloc of " + std::to_string(bytes) + " bytes");
  return p;
}

// Called by destructors: an earlier failure is reported by the next call that can throw.
void release(void* p) {
  cudaFree(p);
}

void* allocate_on_host(size_t bytes) {
  void* p = nullptr;
  check(use_chosen_device(), "cudaSetDevice");
  check(cudaMallocHost(&p, bytes), "cudaMallocHost of " + std::to_string(bytes) + " bytes");
  return p;
}

void release_on_host(void* p) {
  cudaFreeHost(p);
}

void upload(Stream& stream, const void* from, void* to, size_t bytes) {
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream.handle()), "cudaMemcpyAsync to the device");
}

void download(Stream& stream, const void* from, void* to, size_t bytes) {
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream.handle()), "cudaMemcpyAsync from the device");
}

void clear(Stream& stream, void* p, size_t bytes) {
  check(cudaMemsetAsync(p, 0, bytes, stream.handle()), "cudaMemsetAsync");
}

void* make_event() {
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cudaEventCreateWithFlags");
  return event;
}

void release_event(void* event) {
  cudaEventDestroy(static_cast<cudaEvent_t>(event));
}

void record(Stream& stream, void* event) {
  check(cudaEventRecord(static_cast<cudaEvent_t>(event), stream.handle()), "cudaEventRecord");
}

void hold(Stream& stream, void* event) {
  check(cudaStreamWaitEvent(stream.handle(), static_cast<cudaEvent_t>(event), 0), "cudaStreamWaitEvent");
}

void synchronise_event(void* event) {
  check(cudaEventSynchronize(static_cast<cudaEvent_t>(event)), "cudaEventSynchronize");
}

// Other threads may go on allocating meanwhile.
void begin_capture(Stream& stream) {
  check(cudaStreamBeginCapture(stream.handle(), cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
}

void* end_capture(Stream& stream) {
  cudaGraph_t graph = nullptr;
  check(cudaStreamEndCapture(stream.handle(), &graph), "cudaStreamEndCapture");
  cudaGraphExec_t executable = nullptr;
  const cudaError_t error = cudaGraphInstantiate(&executable, graph, 0);
  cudaGraphDestroy(graph);
  check(error, "cudaGraphInstantiate");
  return executable;
}

void abandon_capture(Stream& stream) {
  cudaGraph_t graph = nullptr;
  if (cudaStreamEndCapture(stream.handle(), &graph) == cudaSuccess) cudaGraphDestroy(graph);
  cudaGetLastError();  // else the next call that asks for it finds that of the capture
}

void launch_graph(Stream& stream, void* graph) {
  check(cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), stream.handle()), "cudaGraphLaunch");
}

void release_graph(void* graph) {
  cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph));
}

}  // namespace unetsr::kernels::cuda
