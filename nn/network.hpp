#pragma once
#include <memory>

#include "nn/model_spec.hpp"
#include "nn/parameters.hpp"

namespace unetsr::nn {

// A network: its parameters, and a forward pass made of differentiable ops.
//   input   (N, H, W, spec.inputs), complete (no NaN)
//   output  (N, H, W, 1)
template <class T>
class Network {
 public:
  virtual ~Network() = default;
  // Without gradients, memory of the tape where x lies is used again.
  virtual autograd::Tensor<T> forward(autograd::Tape<T>&, autograd::Tensor<T> x) = 0;

  const ModelSpec& spec() const { return spec_; }
  Parameters<T>& parameters() { return parameters_; }
  const Parameters<T>& parameters() const { return parameters_; }

 protected:
  explicit Network(ModelSpec spec) : spec_(std::move(spec)) {}
  ModelSpec spec_;
  Parameters<T> parameters_;
};

template <class T>
std::unique_ptr<Network<T>> make_network(const ModelSpec&);

// The receptive field: cells on a side, centred on an output cell, outside which no input can change it. U-Nets: in
// images whose sides are multiples of size_multiple(). paper-cnn: its patch.
int receptive_field(const ModelSpec&);

// Rows and columns of an image should be a multiple of this: then pooling drops none.
int size_multiple(const ModelSpec&);

}  // namespace unetsr::nn
