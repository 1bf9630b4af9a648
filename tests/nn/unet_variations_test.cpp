#include <doctest/doctest.h>

#include <cmath>

#include "autograd/gradient_check.hpp"
#include "nn/network.hpp"

using namespace unetsr;
using namespace unetsr::nn;

namespace {

using Channels = std::vector<double>;

double relu(double x) {
  return x > 0 ? x : 0;
}

Channels rectified(Channels x) {
  for (double& v : x) v = relu(v);
  return x;
}

Channels sum_of(Channels a, const Channels& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

Channels joined(Channels a, const Channels& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// A U-Net of one level on an image of one cell, written once more from its description: convolutions of any size are
// their middle tap, pooling keeps the cell, and the upsampling is the mean of its four.
class ByHand {
 public:
  explicit ByHand(const Network<double>& network)
      : spec_(network.spec()), slices_(network.parameters().slices()), values_(network.parameters().values()) {}

  double operator()(const Channels& x) const {
    Channels skip = block("encoder1", x);
    if (spec_.season) {
      const Channels code = rectified(layer("season.hidden", {x.begin(), x.begin() + 4}));
      const Channels scale = layer("season.scale", code), shift = layer("season.shift", code);
      for (size_t i = 0; i < skip.size(); ++i) skip[i] = skip[i] * (1 + scale[i]) + shift[i];
    }
    const Channels up = upsampled("upsample1", block("bottleneck", skip));
    if (spec_.gates) {
      const Channels inner = rectified(sum_of(layer("gate1.x", skip), layer("gate1.g", up)));
      for (double& v : skip) v /= 1 + std::exp(-layer("gate1.map", inner)[0]);
    }
    return layer("head", block("decoder1", joined(skip, up)))[0];
  }

 private:
  Channels block(const std::string& name, const Channels& x) const {
    if (spec_.blocks == Blocks::dense) {
      Channels all = x;
      for (int i = 1; i <= spec_.convs; ++i) all = joined(all, rectified(layer(conv(name, i), all)));
      return rectified(layer(name + ".merge", all));
    }
    Channels y = x;
    for (int i = 1; i <= spec_.convs; ++i) {
      y = layer(conv(name, i), y);
      if (i < spec_.convs || spec_.blocks == Blocks::plain) y = rectified(y);
    }
    if (spec_.blocks == Blocks::plain) return y;
    return rectified(sum_of(y, x.size() == y.size() ? x : layer(name + ".shortcut", x)));
  }

  static std::string conv(const std::string& block, int i) { return block + ".conv" + std::to_string(i); }

  // One tap of a layer's weights (taps, inputs, outputs), and its bias.
  Channels tap(const std::string& name, size_t number, const Channels& x) const {
    const double* w = at(name + ".weight") + number * x.size() * outputs(name);
    Channels y(at(name + ".bias"), at(name + ".bias") + outputs(name));
    for (size_t c = 0; c < x.size(); ++c)
      for (size_t k = 0; k < y.size(); ++k) y[k] += x[c] * w[c * y.size() + k];
    return y;
  }
  Channels layer(const std::string& name, const Channels& x) const {
    const Shape w = slice(name + ".weight").shape;
    REQUIRE(size_t(w.w) == x.size());
    return tap(name, size_t(w.n / 2 * w.h + w.h / 2), x);
  }
  Channels upsampled(const std::string& name, const Channels& x) const {
    Channels mean(outputs(name), 0);
    for (size_t t = 0; t < 4; ++t)
      for (size_t k = 0; k < mean.size(); ++k) mean[k] += relu(tap(name, t, x)[k]) / 4;
    return mean;
  }

  const Parameters<double>::Slice& slice(const std::string& name) const {
    for (const auto& s : slices_)
      if (s.name == name) return s;
    FAIL("no parameters " << name);
    return slices_.front();
  }
  size_t outputs(const std::string& name) const { return size_t(slice(name + ".bias").shape.c); }
  // values() has no gaps between slices.
  const double* at(const std::string& name) const {
    int64_t offset = 0;
    for (const auto& s : slices_) {
      if (s.name == name) return values_.data() + offset;
      offset += s.shape.size();
    }
    FAIL("no parameters " << name);
    return nullptr;
  }

  ModelSpec spec_;
  std::vector<Parameters<double>::Slice> slices_;
  std::vector<double> values_;
};

double by_network(Network<double>& network, const Channels& x) {
  Queue queue(Device::reference);
  autograd::Arena arena(queue);
  autograd::Tape<double> tape(queue, arena, false);
  return network.forward(tape, tape.tensor({x.data(), 1, 1, 1, int(x.size())})).value(0, 0, 0, 0);
}

}  // namespace

TEST_CASE("every variation computes what its description says") {
  for (const std::string blocks : {"plain", "residual", "dense"})
    for (const std::string gates : {"no", "yes"})
      for (const std::string season : {"no", "yes"})
        for (const char* widths : {"widths=6,bottleneck=4,convs=2,kernel=3", "widths=5,bottleneck=5,convs=1,kernel=1",
                                   "widths=5,bottleneck=7,convs=3,kernel=1"}) {
          const std::string model =
              "unet:" + std::string(widths) + ",blocks=" + blocks + ",gates=" + gates + ",season=" + season;
          CAPTURE(model);
          const auto network = make_network<double>(model_spec(model, 6));
          network->parameters().place(Queue(Device::reference));
          network->parameters().initialise(3);
          const ByHand by_hand(*network);
          for (uint64_t seed = 0; seed < 20; ++seed) {
            const Channels x = autograd::random_leaf({1, 1, 1, 6}, seed).values;
            CHECK(by_network(*network, x) == doctest::Approx(by_hand(x)).epsilon(1e-12));
          }
        }
}
