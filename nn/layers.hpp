#pragma once
#include <string>

#include "autograd/ops.hpp"
#include "nn/parameters.hpp"

// Layers own nothing: they hold the indices of their weights and bias among a network's parameters.
namespace unetsr::nn {

// A layer's weights, which name it on the tape.
template <class T>
autograd::Tensor<T> weights_on(autograd::Tape<T>& tape, Parameters<T>& p, int index) {
  tape.set_layer(p.slices()[size_t(index)].name.c_str());
  return p.on(tape, index);
}

template <class T>
class Conv2d {
 public:
  Conv2d(Parameters<T>& parameters, const std::string& name, int inputs, int outputs, int kernel)
      : weight_(parameters.add(name + ".weight", {kernel, kernel, inputs, outputs}, inputs * kernel * kernel)),
        bias_(parameters.add(name + ".bias", {1, 1, 1, outputs}, inputs * kernel * kernel)) {}

  autograd::Tensor<T> operator()(autograd::Tape<T>& tape, Parameters<T>& p, autograd::Tensor<T> x, bool relu = false,
                                 autograd::Place<T> place = nullptr) const {
    return autograd::conv2d(tape, x, weights_on(tape, p, weight_), p.on(tape, bias_), relu, place);
  }

 private:
  int weight_, bias_;
};

template <class T>
class ConvTranspose2x2 {
 public:
  // Each output sums over the inputs of one tap, but PyTorch's fan-in of a transposed convolution is outputs x 4.
  ConvTranspose2x2(Parameters<T>& parameters, const std::string& name, int inputs, int outputs)
      : weight_(parameters.add(name + ".weight", {2, 2, inputs, outputs}, outputs * 4)),
        bias_(parameters.add(name + ".bias", {1, 1, 1, outputs}, outputs * 4)) {}

  autograd::Tensor<T> operator()(autograd::Tape<T>& tape, Parameters<T>& p, autograd::Tensor<T> x, bool relu,
                                 autograd::Place<T> place = nullptr) const {
    return autograd::conv_transpose2x2(tape, x, weights_on(tape, p, weight_), p.on(tape, bias_), relu, place);
  }

 private:
  int weight_, bias_;
};

template <class T>
class Dense {
 public:
  Dense(Parameters<T>& parameters, const std::string& name, int inputs, int outputs)
      : weight_(parameters.add(name + ".weight", {1, 1, inputs, outputs}, inputs)),
        bias_(parameters.add(name + ".bias", {1, 1, 1, outputs}, inputs)) {}

  autograd::Tensor<T> operator()(autograd::Tape<T>& tape, Parameters<T>& p, autograd::Tensor<T> x, Shape output,
                                 bool relu = false) const {
    return autograd::dense(tape, x, weights_on(tape, p, weight_), p.on(tape, bias_), output, relu);
  }

 private:
  int weight_, bias_;
};

}  // namespace unetsr::nn
