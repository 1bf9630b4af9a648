// The engine by example: a network learns a picture as a function of two coordinates, from half of its cells. It is
// then scored on the other half, which the training has not used. The program reads no file.
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/random.hpp"
#include "nn/layers.hpp"
#include "nn/schedule.hpp"
#include "nn/trainer.hpp"

using namespace unetsr;

constexpr int size = 32, coordinates = 2, steps = 500;
constexpr uint64_t seed = 1;

// Of a row's or a column's centre: from -1 to 1.
float coordinate(int index) {
  return 2 * (float(index) + 0.5f) / size - 1;
}

// The picture: rings that fade away from the centre, and a slope.
float brightness(float x, float y) {
  const float radius = std::hypot(x, y);
  return std::cos(7 * radius) / (1 + radius) + 0.5f * x;
}

// A network is a list of parameters and a forward pass. A layer adds its weights and bias to the parameters; when it is
// called, it records its op on the tape, from which the backward pass computes the gradients.
class CoordinateNetwork : public nn::Network<float> {
 public:
  CoordinateNetwork()
      : Network(specification()),
        first_(parameters_, "first", coordinates, 64, 1),
        second_(parameters_, "second", 64, 64, 1),
        output_(parameters_, "output", 64, 1, 1) {}

  autograd::Tensor<float> forward(autograd::Tape<float>& tape, autograd::Tensor<float> x) override {
    x = first_(tape, parameters_, x, true);  // a 1 x 1 convolution (each cell by itself), then a ReLU
    x = second_(tape, parameters_, x, true);
    return output_(tape, parameters_, x);
  }

 private:
  static nn::ModelSpec specification() {  // its other members describe the built-in networks
    nn::ModelSpec spec;
    spec.inputs = coordinates;
    return spec;
  }
  nn::Conv2d<float> first_, second_, output_;
};

int main() {
  // Arrays are NHWC: images, rows, columns, channels. The inputs have two channels, the coordinates; the targets have
  // one, the brightness. A NaN target is missing: the loss does not count it.
  std::vector<float> positions(size * size * coordinates), picture(size * size), known(size * size),
      predicted(size * size);
  const View<float> inputs(positions.data(), 1, size, size, coordinates);
  Random random(seed);
  for (int row = 0, cell = 0; row < size; ++row)
    for (int column = 0; column < size; ++column, ++cell) {
      const float x = coordinate(column), y = coordinate(row);
      inputs(0, row, column, 0) = x, inputs(0, row, column, 1) = y;
      picture[size_t(cell)] = brightness(x, y);
      known[size_t(cell)] = random.uniform() < 0.5 ? picture[size_t(cell)] : std::numeric_limits<float>::quiet_NaN();
    }
  const View<const float> targets(known.data(), 1, size, size, 1);

  // A step is the forward pass, the loss (mean squared error by default), the backward pass and an update by Adam.
  nn::Trainer trainer(std::make_unique<CoordinateNetwork>(), seed, Device::cpu);
  const nn::Schedule rate{nn::ScheduleKind::cosine, 1e-2, steps};
  for (int step = 1; step <= steps; ++step) {
    trainer.step(inputs, targets, rate(step - 1));
    const kernels::LossSum<float> loss = trainer.take_loss();  // of all steps since the last call
    if (step == 1 || step % 100 == 0) std::printf("step %3d  loss %.5f\n", step, loss.sum / double(loss.count));
  }

  // R2 on the cells without a target: 1 if all are right, 0 for a prediction of their mean.
  trainer.predict(inputs, {predicted.data(), 1, size, size, 1});
  double count = 0, sum = 0, squares = 0, errors = 0;
  for (size_t cell = 0; cell < picture.size(); ++cell)
    if (std::isnan(known[cell])) {
      count += 1, sum += picture[cell], squares += std::pow(picture[cell], 2);
      errors += std::pow(predicted[cell] - picture[cell], 2);
    }
  const double r2 = 1 - errors / (squares - sum * sum / count);
  std::printf("R2 on the %.0f cells without a target: %.3f\n", count, r2);
  return r2 > 0.95 ? 0 : 1;
}
