#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <cmath>

#include "kernels/cuda/for_each.hpp"
#include "launched.hpp"

// The host's side of CUDA: what is asked for is done late, in order, and its errors are told.
using namespace emulator;
using namespace emulator::test;

namespace {

__global__ void add(float* p, float value) {
  p[threadIdx.x] += value;
}

void ask_add(float* p, float value, cudaStream_t stream) {
  void* arguments[] = {&p, &value};
  CHECK(cudaLaunchKernel(add, 1, 4, arguments, 0, stream) == cudaSuccess);
}

}  // namespace

TEST_CASE("nothing is done before it must be") {
  cudaStream_t stream;
  cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  const DeviceVector<float> x(4);
  std::vector<float> got(4, -1);
  ask_add(x.data(), 2, stream);
  cudaMemcpyAsync(got.data(), x.data(), 16, cudaMemcpyDeviceToHost, stream);
  CHECK(got[0] == -1);
  CHECK(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(got == std::vector<float>(4, 2));
  cudaStreamDestroy(stream);
}

TEST_CASE("streams overtake each other, unless an event keeps them") {
  cudaStream_t copies, kernels;
  cudaEvent_t arrived, used;
  cudaStreamCreateWithFlags(&copies, cudaStreamNonBlocking);
  cudaStreamCreateWithFlags(&kernels, cudaStreamNonBlocking);
  cudaEventCreateWithFlags(&arrived, cudaEventDisableTiming);
  cudaEventCreateWithFlags(&used, cudaEventDisableTiming);
  const std::vector<float> first(4, 10), second(4, 20);
  // Copies 10, adds 1 and reads it; then copies 20.
  const auto result = [&](Schedule schedule, bool with_events) {
    const Scheduled scheduled(schedule);
    const DeviceVector<float> x(4);
    std::vector<float> got(4);
    cudaMemcpyAsync(x.data(), first.data(), 16, cudaMemcpyHostToDevice, copies);
    cudaEventRecord(arrived, copies);
    if (with_events) cudaStreamWaitEvent(kernels, arrived, 0);
    ask_add(x.data(), 1, kernels);
    cudaMemcpyAsync(got.data(), x.data(), 16, cudaMemcpyDeviceToHost, kernels);
    cudaEventRecord(used, kernels);
    if (with_events) cudaStreamWaitEvent(copies, used, 0);
    cudaMemcpyAsync(x.data(), second.data(), 16, cudaMemcpyHostToDevice, copies);
    CHECK(cudaStreamSynchronize(kernels) == cudaSuccess);
    CHECK(cudaStreamSynchronize(copies) == cudaSuccess);
    return got[0];
  };
  for (const Schedule& schedule : schedules()) CHECK(result(schedule, true) == 11);
  CHECK(result({Order::forward}, false) == 1);
  CHECK(result({Order::reverse}, false) == 21);
  cudaEventDestroy(arrived);
  cudaEventDestroy(used);
  cudaStreamDestroy(copies);
  cudaStreamDestroy(kernels);
}

TEST_CASE("an event that was not recorded holds nobody") {
  cudaEvent_t event;
  cudaEventCreateWithFlags(&event, cudaEventDisableTiming);
  CHECK(cudaStreamWaitEvent(nullptr, event, 0) == cudaSuccess);
  CHECK(cudaEventSynchronize(event) == cudaSuccess);
  CHECK(cudaDeviceSynchronize() == cudaSuccess);
  cudaEventDestroy(event);
}

TEST_CASE("a graph repeats what was captured, and captures do nothing themselves") {
  cudaStream_t stream;
  cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  const DeviceVector<float> x(4);
  cudaGraph_t graph;
  cudaGraphExec_t executable;
  CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal) == cudaSuccess);
  ask_add(x.data(), 1, stream);
  ask_add(x.data(), 2, stream);
  void* p = nullptr;
  CHECK(cudaMalloc(&p, 16) == cudaErrorStreamCaptureUnsupported);
  CHECK(cudaStreamSynchronize(stream) == cudaErrorStreamCaptureUnsupported);
  CHECK(cudaStreamEndCapture(stream, &graph) == cudaSuccess);
  CHECK(x.values()[0] == 0);
  CHECK(cudaGraphInstantiate(&executable, graph, 0) == cudaSuccess);
  cudaGraphDestroy(graph);
  for (int i = 0; i < 3; ++i) CHECK(cudaGraphLaunch(executable, stream) == cudaSuccess);
  CHECK(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(x.values() == std::vector<float>(4, 9));
  cudaGraphExecDestroy(executable);
  cudaStreamDestroy(stream);
}

TEST_CASE("events tell the time between them") {
  cudaEvent_t begin, end;
  cudaEventCreateWithFlags(&begin, cudaEventDefault);
  cudaEventCreateWithFlags(&end, cudaEventDefault);
  const DeviceVector<float> x(4);
  cudaEventRecord(begin);
  ask_add(x.data(), 1, nullptr);
  cudaEventRecord(end);
  float milliseconds = -1;
  CHECK(cudaEventElapsedTime(&milliseconds, begin, end) == cudaErrorNotReady);
  CHECK(cudaEventSynchronize(end) == cudaSuccess);
  CHECK(cudaEventElapsedTime(&milliseconds, begin, end) == cudaSuccess);
  CHECK(milliseconds >= 0);
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
}

TEST_CASE("launches and copies that cannot be are refused") {
  float* p = nullptr;
  float value = 0;
  std::vector<float> host(4);
  const DeviceVector<float> x(4);
  void* arguments[] = {&p, &value};
  CHECK(cudaLaunchKernel(add, 1, 1025, arguments) == cudaErrorInvalidConfiguration);
  CHECK(cudaLaunchKernel(add, 0, 32, arguments) == cudaErrorInvalidConfiguration);
  CHECK(cudaLaunchKernel(add, 1, 32, arguments, 48 * 1024 + 1) == cudaErrorInvalidValue);
  CHECK(cudaFuncSetAttribute(add, cudaFuncAttributeMaxDynamicSharedMemorySize, 228 * 1024) == cudaErrorInvalidValue);
  CHECK(cudaMemcpyAsync(x.data(), host.data(), 17, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  CHECK(cudaMemcpyAsync(host.data(), x.data(), 16, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  CHECK(cudaGetLastError() == cudaErrorInvalidValue);
  CHECK(cudaGetLastError() == cudaSuccess);
}

TEST_CASE("device memory holds NaNs, is counted, and given back") {
  const size_t before = device_bytes();
  {
    float *p = nullptr, value = 0;
    CHECK(cudaMalloc(&p, 12) == cudaSuccess);
    CHECK(device_bytes() == before + 12);
    cudaMemcpy(&value, p, 4, cudaMemcpyDeviceToHost);
    CHECK(std::isnan(value));
    CHECK(cudaFree(p) == cudaSuccess);
    CHECK(cudaFree(p) == cudaErrorInvalidValue);
  }
  CHECK(device_bytes() == before);
}

TEST_CASE("the host cannot touch device memory") {
  const DeviceVector<float> x(4);
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, [](int) { _exit(7); });
    *static_cast<volatile float*>(x.data()) = 1;
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("parts of views hold each value once, and no more than was allowed") {
  using namespace unetsr;
  std::vector<float> values(2 * 5 * 3 * 4), copies(2 * 5 * 3 * 2, -1);
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(i);
  const View<const float> x(values.data() + 1, 2, 5, 3, 2, 4);
  const View<float> y(copies.data(), 2, 5, 3, 2);
  for (const int64_t most : {1, 13, 29, 1000}) {
    std::fill(copies.begin(), copies.end(), -1.0f);
    kernels::cuda::for_each_part(x, y, most, [&](int image, View<const float> from, View<float> to) {
      CHECK(from.n == 1);
      CHECK(from.shape() == to.shape());
      CHECK(from.size() <= std::max<int64_t>(most, 3 * 2));
      CHECK(from.data >= x.pixel(image, 0, 0));
      CHECK(from.data < x.pixel(image, 4, 2) + 2);
      for (int i = 0; i < from.h; ++i)
        for (int j = 0; j < 3; ++j)
          for (int c = 0; c < 2; ++c) to(0, i, j, c) = from(0, i, j, c);
    });
    for (int n = 0; n < 2; ++n)
      for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 3; ++j)
          for (int c = 0; c < 2; ++c) CHECK(y(n, i, j, c) == x(n, i, j, c));
  }
}
