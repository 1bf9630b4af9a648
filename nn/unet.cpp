#include <optional>

#include "kernels/error.hpp"
#include "kernels/reference/dual.hpp"
#include "nn/families.hpp"
#include "nn/layers.hpp"
#include "nn/unet_blocks.hpp"

// Ronneberger, Fischer, Brox 2015, with 'same' convolutions: encoder blocks with 2x2 max pooling between them, a
// bottleneck, and decoder blocks that see the upsampled image beside the encoder's. Every convolution of a plain block
// is followed by a ReLU, and so is the upsampling. unet_blocks.hpp has the blocks; beside them
//   gates   (Oktay et al. 2018) the encoder's image is multiplied by a map before the decoder sees it; here the gating
//           signal is the upsampled image, of the same size, so that the map needs no interpolation
//   season  (FiLM, Perez et al. 2018) two dense layers on the season's code scale and shift the first block's image
namespace unetsr::nn {
namespace {

using autograd::Tape;
using autograd::Tensor;

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

// x, each pixel times one number in 0..1 that depends on it and on the gating signal g.
template <class T>
class Gate {
 public:
  Gate(Parameters<T>& p, const std::string& name, int width)
      : of_x_(p, name + ".x", width, gate_channels(width), 1),
        of_g_(p, name + ".g", width, gate_channels(width), 1),
        map_(p, name + ".map", gate_channels(width), 1, 1) {}

  // Writes to `place`. x is released.
  Tensor<T> operator()(Tape<T>& tape, Parameters<T>& p, Tensor<T> x, Tensor<T> g, View<T> place) const {
    const Tensor<T> a = of_x_(tape, p, x), b = of_g_(tape, p, g), sum = autograd::add<T>(tape, a, b);
    const Tensor<T> both = autograd::activation<T>(tape, kernels::Activation::relu, sum);
    const Tensor<T> raw = map_(tape, p, both), map = autograd::activation<T>(tape, kernels::Activation::sigmoid, raw);
    const Tensor<T> y = autograd::multiply<T>(tape, x, map, &place);
    for (const Tensor<T>& t : {a, b, sum, both, raw, map, x}) tape.release(t.value);
    return y;
  }

 private:
  Conv2d<T> of_x_, of_g_, map_;
};

// x + x scale + shift, both a function of the season's code.
template <class T>
class Season {
 public:
  Season(Parameters<T>& p, const std::string& name, int width)
      : hidden_(p, name + ".hidden", season_channels, season_hidden, 1),
        scale_(p, name + ".scale", season_hidden, width, 1),
        shift_(p, name + ".shift", season_hidden, width, 1) {}

  // What the code becomes before it scales and shifts.
  Tensor<T> read(Tape<T>& tape, Parameters<T>& p, Tensor<T> code) const { return hidden_(tape, p, code, true); }

  // Writes to `place` where it is given. x and what read() gave are released.
  Tensor<T> operator()(Tape<T>& tape, Parameters<T>& p, Tensor<T> x, Tensor<T> hidden, autograd::Place<T> place) const {
    const Tensor<T> scale = scale_(tape, p, hidden), scaled = autograd::multiply<T>(tape, x, scale);
    tape.release(scale.value);
    const Tensor<T> sum = autograd::add<T>(tape, x, scaled);
    for (const Tensor<T>& t : {x, scaled}) tape.release(t.value);
    const Tensor<T> shift = shift_(tape, p, hidden), y = autograd::add<T>(tape, sum, shift, place);
    for (const Tensor<T>& t : {hidden, sum, shift}) tape.release(t.value);
    return y;
  }

 private:
  Conv2d<T> hidden_, scale_, shift_;
};

template <class T>
class UNet : public Network<T> {
 public:
  explicit UNet(const ModelSpec& spec) : Network<T>(spec) {
    if (spec.season && spec.inputs < season_channels)
      throw UsageError(to_string(spec) + ": the season's code takes the first " + std::to_string(season_channels) +
                       " inputs, and there are fewer");
    Parameters<T>& p = this->parameters_;
    int channels = spec.inputs;
    for (size_t i = 0; i < spec.widths.size(); ++i) {
      encoder_.emplace_back(p, "encoder" + std::to_string(i + 1), channels, spec.widths[i], spec);
      channels = spec.widths[i];
    }
    if (spec.season) season_.emplace(p, "season", spec.widths.front());
    bottleneck_.emplace(p, "bottleneck", channels, spec.bottleneck, spec);
    channels = spec.bottleneck;
    for (size_t i = spec.widths.size(); i-- > 0;) {
      const int width = spec.widths[i];
      const std::string number = std::to_string(i + 1);
      upsample_.emplace_back(p, "upsample" + number, channels, width, spec.upsampling);
      if (spec.gates) gates_.emplace_back(p, "gate" + number, width);
      decoder_.emplace_back(p, "decoder" + number, 2 * width, width, spec);
      channels = width;
    }
    head_.emplace(p, "head", channels, 1, 1);
  }

  Tensor<T> forward(Tape<T>& tape, Tensor<T> x) override {
    Parameters<T>& p = this->parameters_;
    skips_.clear();
    for (size_t i = 0; i < encoder_.size(); ++i) {
      skips_.push_back(encode(tape, i, x));
      x = autograd::max_pool2d<T>(tape, skips_.back().tensor);
    }
    x = (*bottleneck_)(tape, p, x);
    for (size_t i = 0; i < decoder_.size(); ++i) {
      Skip& skip = skips_[skips_.size() - 1 - i];
      const int width = skip.tensor.shape().c;
      const Tensor<T> up = upsample_[i](tape, p, x, skip.buffer.channels(width, width));
      tape.release(x.value);
      if (!gates_.empty()) skip.tensor = gates_[i](tape, p, skip.tensor, up, skip.buffer.channels(0, width));
      x = decoder_[i](tape, p, autograd::concat<T>(tape, skip.buffer, skip.tensor, up));
    }
    return autograd::activation<T>(tape, this->spec_.output, (*head_)(tape, p, x));
  }

 private:
  struct Skip {
    View<T> buffer;  // the encoder's image, gated where there are gates, and the upsampled one, side by side
    Tensor<T> tensor;
  };

  // The image of encoder block i, in its part of the buffer unless a gate will write there. x is released.
  Skip encode(Tape<T>& tape, size_t i, Tensor<T> x) {
    Parameters<T>& p = this->parameters_;
    const int width = this->spec_.widths[i];
    const View<T> buffer = tape.memory({x.shape().n, x.shape().h, x.shape().w, 2 * width});
    const View<T> part = buffer.channels(0, width);
    const autograd::Place<T> place = gates_.empty() ? &part : nullptr;
    if (i > 0 || !season_) return {buffer, encoder_[i](tape, p, x, place)};
    const Tensor<T> code = season_->read(tape, p, autograd::channels<T>(tape, x, 0, season_channels));
    return {buffer, (*season_)(tape, p, encoder_[i](tape, p, x), code, place)};
  }

  std::vector<Block<T>> encoder_, decoder_;  // decoder, gates and upsampling from the coarsest to the finest
  std::vector<Upsample<T>> upsample_;
  std::vector<Gate<T>> gates_;
  std::optional<Season<T>> season_;
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
