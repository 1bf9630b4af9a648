#pragma once
#include <cuda_runtime.h>
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "emulator/emulator.hpp"

// For the emulator's own tests.
namespace emulator::test {

// Device memory that holds and gives back a vector.
template <class T>
class DeviceVector {
 public:
  explicit DeviceVector(const std::vector<T>& values) : count_(values.size()) {
    cudaMalloc(&data_, count_ * sizeof(T));
    cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice);
  }
  explicit DeviceVector(size_t count) : DeviceVector(std::vector<T>(count)) {}
  ~DeviceVector() { cudaFree(data_); }
  DeviceVector(const DeviceVector&) = delete;
  DeviceVector& operator=(const DeviceVector&) = delete;

  T* data() const { return data_; }
  std::vector<T> values() const {
    std::vector<T> values(count_);
    CHECK(cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost) == cudaSuccess);
    return values;
  }

 private:
  T* data_ = nullptr;
  size_t count_;
};

// Runs the kernel; what it did wrong, or "".
template <class... Parameters, class... Arguments>
std::string fault_of(void (*kernel)(Parameters...), dim3 grid, dim3 block, size_t shared, Arguments... arguments) {
  std::tuple<Parameters...> values(arguments...);
  std::apply(
      [&](auto&... value) {
        void* pointers[] = {&value..., nullptr};
        CHECK(cudaLaunchKernel(kernel, grid, block, pointers, shared) == cudaSuccess);
      },
      values);
  const cudaError_t error = cudaDeviceSynchronize();
  return error == cudaSuccess ? "" : cudaGetErrorString(error);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Sets a schedule, and the usual one again.
class Scheduled {
 public:
  explicit Scheduled(Schedule s) { set_schedule(s); }
  ~Scheduled() { set_schedule({}); }
};

inline std::vector<Schedule> schedules() {
  std::vector<Schedule> all = {{Order::forward, 1}, {Order::reverse, 1}};
  const uint64_t seeds = observes_accesses ? 20 : 2;  // the address sanitizer is slow and sees no more
  for (uint64_t seed = 1; seed <= seeds; ++seed) all.push_back({Order::random, seed});
  return all;
}

}  // namespace emulator::test

// The fault names each of these parts.
#define CHECK_FAULT(expression, ...)                                                                  \
  do {                                                                                                \
    const std::string fault_ = expression;                                                            \
    for (const std::string& part_ : std::initializer_list<std::string>{__VA_ARGS__})                  \
      CHECK_MESSAGE(emulator::test::contains(fault_, part_), "'", fault_, "' does not name ", part_); \
  } while (false)
