#include <doctest/doctest.h>

#include <cmath>

#include "nn/trainer.hpp"
#include "small_batch.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::nn;
using test::SmallBatch;

namespace {

std::vector<float> random_weights(int64_t count) {
  Random random(9);
  std::vector<float> weights;
  for (int64_t i = 0; i < count; ++i) weights.push_back(float(random.normal()));
  return weights;
}

// The weighted sum of the outputs of the same network in double, on the reference device.
class InDouble {
 public:
  explicit InDouble(Trainer& trainer) : network_(make_network<double>(trainer.network().spec())) {
    network_->parameters().place(queue_);
    const std::vector<float> values = trainer.network().parameters().values();
    network_->parameters().set_values({values.begin(), values.end()});
  }
  double operator()(const std::vector<double>& inputs, Shape shape, const std::vector<float>& weights) {
    autograd::Arena arena(queue_);
    autograd::Tape<double> tape(queue_, arena, false);
    const View<const double> y = network_->forward(tape, tape.tensor(View<const double>(inputs.data(), shape))).value;
    double sum = 0;
    size_t k = 0;
    for (int n = 0; n < y.n; ++n)
      for (int i = 0; i < y.h; ++i)
        for (int j = 0; j < y.w; ++j) sum += double(weights[k++]) * y(n, i, j, 0);
    return sum;
  }

 private:
  Queue queue_{Device::reference};
  std::unique_ptr<Network<double>> network_;
};

}  // namespace

TEST_CASE("the gradient of the inputs is that of finite differences, for every family of networks") {
  for (const char* model :
       {"unet:widths=4-6,bottleneck=8", "unet:widths=4,bottleneck=4,upsampling=bilinear",
        "unet:widths=4,bottleneck=4,output=softplus", "unet:widths=4-6,bottleneck=8,gates=yes,season=yes",
        "unet:widths=4,bottleneck=6,blocks=residual", "unet:widths=4,bottleneck=6,blocks=dense", "sifnet-small",
        "paper-cnn:patch=8"}) {
    CAPTURE(model);
    const SmallBatch batch(2, 8, 8, 4, 4);
    const Shape shape = batch.inputs().shape();
    Trainer trainer(model_spec(model, shape.c), 1, Device::cpu);
    const std::vector<float> weights = random_weights(shape.pixels());
    std::vector<float> gradient(size_t(shape.size()), -7);
    trainer.input_gradient(batch.inputs(), {weights.data(), shape.n, shape.h, shape.w, 1}, {gradient.data(), shape});
    std::vector<double> inputs(batch.inputs().data, batch.inputs().data + shape.size());
    InDouble sum(trainer);
    double largest = 0;
    for (const float g : gradient) largest = std::max(largest, double(std::abs(g)));
    CHECK(largest > 1e-3);
    for (size_t i = 0; i < inputs.size(); i += 7) {
      constexpr double step = 1e-6;
      const double here = inputs[i];
      inputs[i] = here + step;
      const double above = sum(inputs, shape, weights);
      inputs[i] = here - step;
      const double below = sum(inputs, shape, weights);
      inputs[i] = here;
      CHECK(std::abs(double(gradient[i]) - (above - below) / (2 * step)) < 1e-4 * largest);
    }
  }
}

TEST_CASE("the gradient of the inputs leaves the training as it was, and may be asked for in between") {
  const SmallBatch batch(2, 6, 7, 3, 4), other(1, 9, 5, 3, 5);
  const ModelSpec spec = model_spec("unet:widths=4,bottleneck=6", 3);
  Trainer alone(spec, 1, Device::cpu), asked(spec, 1, Device::cpu);
  std::vector<float> first;
  for (int step = 0; step < 4; ++step) {
    for (const SmallBatch* of : {&other, &batch}) {
      const Shape shape = of->inputs().shape();
      const std::vector<float> weights = random_weights(shape.pixels());
      std::vector<float> gradient(size_t(shape.size()));
      for (int again = 0; again < 2; ++again) {
        asked.input_gradient(of->inputs(), {weights.data(), shape.n, shape.h, shape.w, 1}, {gradient.data(), shape});
        if (again) CHECK(gradient == first);
        first = gradient;
      }
    }
    alone.step(batch.inputs(), batch.targets(), 1e-2f);
    asked.step(batch.inputs(), batch.targets(), 1e-2f);
  }
  CHECK(alone.checkpoint().parameters == asked.checkpoint().parameters);
  CHECK(alone.take_loss().sum == asked.take_loss().sum);
}

TEST_CASE("weights and gradients of another shape are refused") {
  const SmallBatch batch(1, 6, 7, 3, 4);
  Trainer trainer(model_spec("sifnet-small", 3), 1, Device::cpu);
  std::vector<float> values(1000);
  CHECK_THROWS_NAMING(ShapeError,
                      trainer.input_gradient(batch.inputs(), {values.data(), 1, 6, 7, 3}, {values.data(), 1, 6, 7, 3}),
                      "weights", "(1, 6, 7, 1)");
  CHECK_THROWS_NAMING(ShapeError,
                      trainer.input_gradient(batch.inputs(), {values.data(), 1, 6, 7, 1}, {values.data(), 1, 6, 7, 1}),
                      "gradient", "(1, 6, 7, 3)");
}
