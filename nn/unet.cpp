#include <optional>

#include "kernels/reference/dual.hpp"
#include "nn/families.hpp"
#include "nn/layers.hpp"

// Ronneberger, Fischer, Brox 2015, with 'same' convolutions: encoder blocks with 2x2 max pooling between them, a
// bottleneck, and decoder blocks that see the upsampled image beside the encoder's. Every convolution but the last is
// followed by a ReLU, and so is the upsampling.
namespace unetsr::nn {
namespace {

using autograd::Tape;
using autograd::Tensor;

template <class T>
class Block {
 public:
  Block(Parameters<T>& p, const std::string& name, int inputs, int outputs, const ModelSpec& spec) {
    for (int i = 0; i < spec.convs; ++i)
      convs_.emplace_back(p, name + ".conv" + std::to_string(i + 1), i == 0 ? inputs : outputs, outputs, spec.kernel);
  }
  // The last convolution writes to `place`. x is released.
  Tensor<T> operator()(Tape<T>& tape, Parameters<T>& p, Tensor<T> x, autograd::Place<T> place = nullptr) const {
    for (const Conv2d<T>& conv : convs_) {
      const Tensor<T> y = conv(tape, p, x, true, &conv == &convs_.back() ? place : nullptr);
      tape.release(x.value);
      x = y;
    }
    return x;
  }

 private:
  std::vector<Conv2d<T>> convs_;
};

template <class T>
class Upsample {
 public:
  Upsample(Parameters<T>& p, const std::string& name, int inputs, int outputs, Upsampling kind) {
    if (kind == Upsampling::transposed)
      transposed_.emplace(p, name, inputs, outputs);
    else
      conv_.emplace(p, name, inputs, outputs, 3);
  }
  // To the size of `place`, which only an odd size keeps from being twice that of x.
  Tensor<T> operator()(Tape<T>& tape, Parameters<T>& p, Tensor<T> x, View<T> place) const {
    if (conv_) return (*conv_)(tape, p, autograd::resize_bilinear<T>(tape, x, place.h, place.w), true, &place);
    if (place.h == 2 * x.shape().h && place.w == 2 * x.shape().w) return (*transposed_)(tape, p, x, true, &place);
    return autograd::resize_bilinear<T>(tape, (*transposed_)(tape, p, x, true), place.h, place.w, &place);
  }

 private:
  std::optional<ConvTranspose2x2<T>> transposed_;
  std::optional<Conv2d<T>> conv_;
};

template <class T>
class UNet : public Network<T> {
 public:
  explicit UNet(const ModelSpec& spec) : Network<T>(spec) {
    Parameters<T>& p = this->parameters_;
    int channels = spec.inputs;
    for (size_t i = 0; i < spec.widths.size(); ++i) {
      encoder_.emplace_back(p, "encoder" + std::to_string(i + 1), channels, spec.widths[i], spec);
      channels = spec.widths[i];
    }
    bottleneck_.emplace(p, "bottleneck", channels, spec.bottleneck, spec);
    channels = spec.bottleneck;
    for (size_t i = spec.widths.size(); i-- > 0;) {
      const int width = spec.widths[i];
      upsample_.emplace_back(p, "upsample" + std::to_string(i + 1), channels, width, spec.upsampling);
      decoder_.emplace_back(p, "decoder" + std::to_string(i + 1), 2 * width, width, spec);
      channels = width;
    }
    head_.emplace(p, "head", channels, 1, 1);
  }

  Tensor<T> forward(Tape<T>& tape, Tensor<T> x) override {
    Parameters<T>& p = this->parameters_;
    skips_.clear();
    for (size_t i = 0; i < encoder_.size(); ++i) {
      const int width = this->spec_.widths[i];
      const View<T> buffer = tape.memory({x.shape().n, x.shape().h, x.shape().w, 2 * width});
      const View<T> place = buffer.channels(0, width);
      skips_.push_back({buffer, encoder_[i](tape, p, x, &place)});
      x = autograd::max_pool2d<T>(tape, skips_.back().tensor);
    }
    x = (*bottleneck_)(tape, p, x);
    for (size_t i = 0; i < decoder_.size(); ++i) {
      const Skip& skip = skips_[skips_.size() - 1 - i];
      const int width = skip.tensor.shape().c;
      const Tensor<T> up = upsample_[i](tape, p, x, skip.buffer.channels(width, width));
      tape.release(x.value);
      x = decoder_[i](tape, p, autograd::concat<T>(tape, skip.buffer, skip.tensor, up));
    }
    return autograd::activation<T>(tape, this->spec_.output, (*head_)(tape, p, x));
  }

 private:
  struct Skip {
    View<T> buffer;  // the encoder's image and the upsampled one, side by side
    Tensor<T> tensor;
  };
  std::vector<Block<T>> encoder_, decoder_;  // decoder and upsampling from the coarsest to the finest
  std::vector<Upsample<T>> upsample_;
  std::optional<Block<T>> bottleneck_;
  std::optional<Conv2d<T>> head_;
  std::vector<Skip> skips_;  // of the last forward(): kept, so that the next one allocates nothing
};

}  // namespace

template <class T>
std::unique_ptr<Network<T>> make_unet(const ModelSpec& spec) {
  return std::make_unique<UNet<T>>(spec);
}
template std::unique_ptr<Network<float>> make_unet(const ModelSpec&);
template std::unique_ptr<Network<double>> make_unet(const ModelSpec&);
template std::unique_ptr<Network<Dual>> make_unet(const ModelSpec&);

}  // namespace unetsr::nn
