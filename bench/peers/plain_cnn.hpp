#pragma once
#include <deque>

#include "nn/layers.hpp"
#include "nn/network.hpp"

namespace unetsr::bench {

// Six 3x3 convolutions of 64 channels with ReLU and one to a single channel, all at full resolution.
class PlainCnn : public nn::Network<float> {
 public:
  explicit PlainCnn(int inputs) : Network(spec_of(inputs)) {
    for (int i = 0; i < 6; ++i)
      hidden_.emplace_back(parameters_, "conv" + std::to_string(i + 1), i == 0 ? inputs : 64, 64, 3);
    hidden_.emplace_back(parameters_, "head", 64, 1, 3);
  }

  autograd::Tensor<float> forward(autograd::Tape<float>& tape, autograd::Tensor<float> x) override {
    for (const nn::Conv2d<float>& layer : hidden_) {
      const autograd::Tensor<float> y = layer(tape, parameters_, x, &layer != &hidden_.back());
      tape.release(x.value);
      x = y;
    }
    return x;
  }

 private:
  static nn::ModelSpec spec_of(int inputs) {
    nn::ModelSpec spec;
    spec.inputs = inputs;
    return spec;
  }
  std::deque<nn::Conv2d<float>> hidden_;
};

}  // namespace unetsr::bench
