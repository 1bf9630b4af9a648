#pragma once
#include <string>
#include <vector>

#include "autograd/tape.hpp"
#include "kernels/memory.hpp"

namespace unetsr::nn {

// All weights and biases of a network, one after the other in one array, and their gradients in another, both in a
// queue's memory. There each slice begins at a multiple of four values, so that kernels may read four at once; the gaps
// hold zeros.
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

  // After the last add(), before all that follows: gives them memory, full of zeros.
  void place(const Queue&);

  // Uniform in +- 1 / sqrt(fan_in), weights and biases (PyTorch's default for these layers). Each slice draws from a
  // stream of its own.
  void initialise(uint64_t seed);

  // A slice as a tensor, whose gradient is summed over all its uses.
  autograd::Tensor<T> on(autograd::Tape<T>& tape, int index);

  // Before each backward pass: gradients are 0 again.
  void clear_gradients();
  // Instead, before and after a backward pass: the first gradient of a slice replaces its old value; a slice without
  // one gets 0.
  void begin_gradients();
  void end_gradients();
  // From now on gradients lie at `place`, extent() values in the queue's memory; null: in memory of their own.
  void place_gradients(T* place);

  int64_t size() const { return size_; }
  const std::vector<Slice>& slices() const { return slices_; }

  // On the host, without gaps: one slice after the other.
  std::vector<T> values() const { return read(values_); }
  std::vector<T> gradients() const { return read(gradients_); }
  void set_values(const std::vector<T>& values) { write(values, values_); }

  // For an optimiser: all at once, with the gaps; and arrays of its own that lie like these.
  int64_t extent() const { return extent_; }
  T* all_values() { return values_.template as<T>(); }
  T* all_gradients() { return gradients_.template as<T>(); }
  kernels::Memory zeros() const;
  std::vector<T> read(const kernels::Memory&) const;
  void write(const std::vector<T>&, kernels::Memory&) const;

 private:
  std::vector<Slice> slices_;
  int64_t size_ = 0, extent_ = 0;
  Queue queue_{Device::cpu};
  kernels::Memory values_, gradients_;
  std::vector<autograd::Gradient<T>> slots_;
};

}  // namespace unetsr::nn
