#pragma once
#include <optional>
#include <string>
#include <vector>

#include "nn/layers.hpp"
#include "nn/model_spec.hpp"

// The blocks of a U-Net: from any number of channels to `width`, of the same size.
namespace unetsr::nn {

// Of spec.convs convolutions of spec.kernel cells, each with a ReLU:
//   plain     one after the other
//   residual  (He et al. 2016) the block's input is added before the last ReLU, by a convolution of 1 x 1 where it has
//             other channels
//   dense     (Huang et al. 2017) each convolution sees the input and the images of all before it; one of 1 x 1 with a
//             ReLU makes `width` channels of all these
template <class T>
class Block {
 public:
  Block(Parameters<T>& p, const std::string& name, int inputs, int width, const ModelSpec& spec)
      : kind_(spec.blocks), growth_(kind_ == Blocks::dense ? dense_growth(spec, width) : 0) {
    for (int i = 0; i < spec.convs; ++i)
      convs_.emplace_back(p, name + ".conv" + std::to_string(i + 1),
                          kind_ == Blocks::dense ? inputs + i * growth_
                          : i == 0               ? inputs
                                                 : width,
                          kind_ == Blocks::dense ? growth_ : width, spec.kernel);
    if (kind_ == Blocks::residual && inputs != width) merge_.emplace(p, name + ".shortcut", inputs, width, 1);
    if (kind_ == Blocks::dense) merge_.emplace(p, name + ".merge", inputs + spec.convs * growth_, width, 1);
  }

  // The result lies at `place` where it is given. x is released.
  autograd::Tensor<T> operator()(autograd::Tape<T>& tape, Parameters<T>& p, autograd::Tensor<T> x,
                                 autograd::Place<T> place = nullptr) const {
    switch (kind_) {
      case Blocks::residual:
        return residual(tape, p, x, place);
      case Blocks::dense:
        return dense(tape, p, x, place);
      case Blocks::plain:
        break;
    }
    for (const Conv2d<T>& conv : convs_) {
      const autograd::Tensor<T> y = conv(tape, p, x, true, &conv == &convs_.back() ? place : nullptr);
      tape.release(x.value);
      x = y;
    }
    return x;
  }

 private:
  autograd::Tensor<T> residual(autograd::Tape<T>& tape, Parameters<T>& p, autograd::Tensor<T> x,
                               autograd::Place<T> place) const {
    autograd::Tensor<T> y = x;
    for (const Conv2d<T>& conv : convs_) {
      const autograd::Tensor<T> next = conv(tape, p, y, &conv != &convs_.back());
      if (&conv != &convs_.front()) tape.release(y.value);
      y = next;
    }
    const autograd::Tensor<T> shortcut = merge_ ? (*merge_)(tape, p, x) : x, sum = autograd::add<T>(tape, y, shortcut);
    for (const autograd::Tensor<T>& t : {y, shortcut}) tape.release(t.value);
    if (merge_) tape.release(x.value);
    const autograd::Tensor<T> result = autograd::activation<T>(tape, kernels::Activation::relu, sum, place);
    tape.release(sum.value);
    return result;
  }

  // One buffer holds the input and all images behind it.
  autograd::Tensor<T> dense(autograd::Tape<T>& tape, Parameters<T>& p, autograd::Tensor<T> x,
                            autograd::Place<T> place) const {
    const Shape s = x.shape();
    const View<T> buffer = tape.memory({s.n, s.h, s.w, s.c + int(convs_.size()) * growth_});
    autograd::Tensor<T> all = x;
    for (const Conv2d<T>& conv : convs_) {
      const int before = all.shape().c;
      const View<T> part = buffer.channels(before, growth_);
      const autograd::Tensor<T> y = conv(tape, p, all, true, &part);
      all = autograd::concat<T>(tape, buffer.channels(0, before + growth_), all, y);
    }
    tape.release(x.value);
    const autograd::Tensor<T> result = (*merge_)(tape, p, all, true, place);
    tape.release(buffer);
    return result;
  }

  Blocks kind_;
  int growth_;  // channels that each convolution of a dense block adds
  std::vector<Conv2d<T>> convs_;
  std::optional<Conv2d<T>> merge_;  // the shortcut of a residual block, the last convolution of a dense one
};

}  // namespace unetsr::nn
