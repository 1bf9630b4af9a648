#pragma once
#include <memory>

#include "autograd/tape.hpp"
#include "nn/model_spec.hpp"
#include "nn/parameters.hpp"

namespace unetsr::nn {

// Maps (N, H, W, inputs) to (N, H, W, 1). A convolutional network takes any H, W >= 1. For float, double and Dual.
template <class T>
class Network {
 public:
  explicit Network(const ModelSpec& spec) : spec_(spec) {}
  virtual ~Network() = default;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const ModelSpec& spec() const { return spec_; }
  Parameters<T>& parameters() { return parameters_; }
  const Parameters<T>& parameters() const { return parameters_; }

  // Throws ShapeError if the input has other channels, or another size than paper-cnn's patch.
  autograd::Tensor<T> forward(autograd::Tape<T>&, const autograd::Tensor<T>& x);

 protected:
  virtual autograd::Tensor<T> run(autograd::Tape<T>&, const autograd::Tensor<T>& x) = 0;

 private:
  ModelSpec spec_;
  Parameters<T> parameters_;
};

// The parameters are zeros: initialize() or restore them. Throws UsageError if the spec makes no sense.
template <class T>
std::unique_ptr<Network<T>> make_network(const ModelSpec&);

}  // namespace unetsr::nn
