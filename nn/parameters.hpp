#pragma once
#include <string>
#include <vector>

#include "autograd/tape.hpp"

namespace unetsr::nn {

// All weights and biases of a network, one after the other in one array, and their gradients in another.
template <class T>
class Parameters {
 public:
  struct Slice {
    std::string name;
    Shape shape;
    int64_t offset = 0;
    int fan_in = 1;  // inputs that one output sums over, for the initialisation
  };

  // Returns the index of the new slice.
  int add(std::string name, Shape shape, int fan_in);

  // Uniform in +- 1 / sqrt(fan_in), weights and biases (PyTorch's default for these layers). Each slice draws from a
  // stream of its own.
  void initialise(uint64_t seed);

  // A slice as a tensor, whose gradient gathers over all its uses. Slices must not be added after the first call.
  autograd::Tensor<T> on(autograd::Tape<T>& tape, int index);

  // Before each backward pass: gradients are 0 again.
  void clear_gradients();

  int64_t size() const { return int64_t(values_.size()); }
  const std::vector<Slice>& slices() const { return slices_; }
  std::vector<T>& values() { return values_; }
  const std::vector<T>& values() const { return values_; }
  const std::vector<T>& gradients() const { return gradients_; }

 private:
  std::vector<Slice> slices_;
  std::vector<T> values_, gradients_;
  std::vector<autograd::Gradient<T>> slots_;
};

}  // namespace unetsr::nn
