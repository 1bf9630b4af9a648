#include "kernels/error.hpp"
#include "kernels/reference/dual.hpp"
#include "nn/families.hpp"
#include "nn/layers.hpp"

// What the paper compares its U-Net with, and calls SIFnet: three convolutions with pooling, then two dense layers that
// draw the whole patch. It takes patches of one size only.
namespace unetsr::nn {
namespace {

using autograd::Tape;
using autograd::Tensor;

template <class T>
class PaperCnn : public Network<T> {
 public:
  explicit PaperCnn(const ModelSpec& spec)
      : Network<T>(spec),
        conv1_(this->parameters_, "conv1", spec.inputs, 32, 3),
        conv2_(this->parameters_, "conv2", 32, 64, 3),
        conv3_(this->parameters_, "conv3", 64, 128, 3),
        hidden_(this->parameters_, "hidden", (spec.patch / 8) * (spec.patch / 8) * 128, 512),
        image_(this->parameters_, "image", 512, spec.patch * spec.patch) {}

  Tensor<T> forward(Tape<T>& tape, Tensor<T> x) override {
    const int patch = this->spec_.patch;
    const Shape s = x.shape();
    if (s.h != patch || s.w != patch)
      throw ShapeError("paper-cnn takes patches of " + std::to_string(patch) + " x " + std::to_string(patch) +
                       " cells, got " + std::to_string(s.h) + " x " + std::to_string(s.w));
    Parameters<T>& p = this->parameters_;
    for (const Conv2d<T>* conv : {&conv1_, &conv2_, &conv3_})
      x = autograd::max_pool2d<T>(tape, (*conv)(tape, p, x, true));
    x = hidden_(tape, p, x, {s.n, 1, 1, 512}, true);
    return image_(tape, p, x, {s.n, patch, patch, 1});
  }

 private:
  Conv2d<T> conv1_, conv2_, conv3_;
  Dense<T> hidden_, image_;
};

}  // namespace

template <class T>
std::unique_ptr<Network<T>> make_paper_cnn(const ModelSpec& spec) {
  return std::make_unique<PaperCnn<T>>(spec);
}
template std::unique_ptr<Network<float>> make_paper_cnn(const ModelSpec&);
template std::unique_ptr<Network<double>> make_paper_cnn(const ModelSpec&);
template std::unique_ptr<Network<Dual>> make_paper_cnn(const ModelSpec&);

}  // namespace unetsr::nn
