#pragma once
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "autograd/tensor.hpp"
#include "kernels/error.hpp"
#include "nn/aligned_vector.hpp"

namespace unetsr::nn {

// All weights and biases of a network in one flat array, their gradients in another. The layers are named slices.
// For float, double and Dual.
template <class T>
class Parameters {
 public:
  struct Slice {
    std::string name;
    Shape shape;
    int64_t offset = 0;
    int64_t fan_in = 0;  // inputs of one output
  };

  Parameters() = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  // Adds a slice and returns its index. All slices are added before the first tensor() or values().
  int add(std::string name, Shape shape, int64_t fan_in);

  autograd::Tensor<T> tensor(int index);
  const std::vector<Slice>& slices() const { return slices_; }

  int64_t size() const { return int64_t(values_.size()); }
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }
  std::span<const T> gradients() const { return gradients_; }

  // Uniform in +-1 / sqrt(fan_in), as PyTorch's layers start. Each slice has a random stream of its own.
  void initialize(uint64_t seed);
  // Before each step: the step's first gradient of a slice writes; a slice that the step does not use has gradient 0.
  void clear_gradients();

  template <class U>
  void copy_from(const Parameters<U>& other) {
    if (other.size() != size())
      throw Error("parameters: " + std::to_string(other.size()) + " values do not fit " + std::to_string(size()));
    for (int64_t i = 0; i < size(); ++i) values_[size_t(i)] = T(other.values()[size_t(i)]);
  }

 private:
  std::vector<Slice> slices_;
  AlignedVector<T> values_, gradients_;
  std::deque<autograd::GradientSlot<T>> slots_;
};

}  // namespace unetsr::nn
