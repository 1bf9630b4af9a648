#include "kernels/reference/dual.hpp"
#include "nn/families.hpp"
#include "nn/layers.hpp"

// SIFnet (Gensheimer et al. 2022, Biogeosciences 19, 1777-1793), the benchmark and the small variant. All convolutions
// are 'same', without batch normalisation, with a linear output.
namespace unetsr::nn {
namespace {

using autograd::Tape;
using autograd::Tensor;

// x + conv(relu(conv(x))), then ReLU.
template <class T>
class Residual {
 public:
  Residual(Parameters<T>& p, const std::string& name, int channels, int inner)
      : first_(p, name + ".conv1", channels, inner, 3), second_(p, name + ".conv2", inner, channels, 3) {}
  Tensor<T> operator()(Tape<T>& tape, Parameters<T>& p, Tensor<T> x) const {
    const Tensor<T> wide = first_(tape, p, x, true), y = second_(tape, p, wide);
    tape.release(wide.value);
    const Tensor<T> sum = autograd::add<T>(tape, x, y);
    for (const Tensor<T>& t : {x, y}) tape.release(t.value);
    return autograd::activation<T>(tape, kernels::Activation::relu, sum);
  }

 private:
  Conv2d<T> first_, second_;
};

template <class T>
class SifNet : public Network<T> {
 public:
  explicit SifNet(const ModelSpec& spec)
      : Network<T>(spec),
        entry_(this->parameters_, "entry", spec.inputs, 64, 1),
        wide_(this->parameters_, "residual1", 64, 256),
        narrow_(this->parameters_, "residual2", 64, 128),
        conv1_(this->parameters_, "conv1", 64, 128, 3),
        conv2_(this->parameters_, "conv2", 128, 64, 3),
        head1_(this->parameters_, "head1", 64, 32, 1),
        head2_(this->parameters_, "head2", 32, 1, 1) {}

  Tensor<T> forward(Tape<T>& tape, Tensor<T> x) override {
    Parameters<T>& p = this->parameters_;
    x = narrow_(tape, p, wide_(tape, p, entry_(tape, p, x)));
    x = conv2_(tape, p, conv1_(tape, p, x, true));
    return head2_(tape, p, head1_(tape, p, x, true));
  }

 private:
  Conv2d<T> entry_;
  Residual<T> wide_, narrow_;
  Conv2d<T> conv1_, conv2_, head1_, head2_;
};

template <class T>
class SmallSifNet : public Network<T> {
 public:
  explicit SmallSifNet(const ModelSpec& spec)
      : Network<T>(spec),
        entry_(this->parameters_, "entry", spec.inputs, 16, 1),
        residual_(this->parameters_, "residual", 16, 32),
        conv_(this->parameters_, "conv", 16, 8, 3),
        head1_(this->parameters_, "head1", 8, 4, 1),
        head2_(this->parameters_, "head2", 4, 1, 1) {}

  Tensor<T> forward(Tape<T>& tape, Tensor<T> x) override {
    Parameters<T>& p = this->parameters_;
    x = residual_(tape, p, entry_(tape, p, x));
    return head2_(tape, p, head1_(tape, p, conv_(tape, p, x)));
  }

 private:
  Conv2d<T> entry_;
  Residual<T> residual_;
  Conv2d<T> conv_, head1_, head2_;
};

}  // namespace

template <class T>
std::unique_ptr<Network<T>> make_sifnet(const ModelSpec& spec) {
  return std::make_unique<SifNet<T>>(spec);
}
template <class T>
std::unique_ptr<Network<T>> make_sifnet_small(const ModelSpec& spec) {
  return std::make_unique<SmallSifNet<T>>(spec);
}
#define INSTANTIATE(T)                                                \
  template std::unique_ptr<Network<T>> make_sifnet(const ModelSpec&); \
  template std::unique_ptr<Network<T>> make_sifnet_small(const ModelSpec&)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::nn
