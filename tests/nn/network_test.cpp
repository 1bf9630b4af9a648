#include "nn/network.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "autograd/gradient_check.hpp"
#include "kernels/copy.hpp"
#include "nn/summary.hpp"
#include "small_batch.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::nn;
using autograd::Leaf;
using autograd::Tape;
using autograd::Tensor;

namespace {

// A network as a function of its input (leaf 0) and of all its parameters (leaf 1).
class NetworkFunction {
 public:
  explicit NetworkFunction(const ModelSpec& spec)
      : in_double_(make_network<double>(spec)), in_dual_(make_network<Dual>(spec)) {
    const Queue queue(Device::reference);
    in_double_->parameters().place(queue);
    in_dual_->parameters().place(queue);
    in_double_->parameters().initialise(5);
  }

  std::vector<Leaf> leaves(Shape input) const {
    const std::vector<double> start = in_double_->parameters().values();
    return {autograd::random_leaf(input, 1), {{1, 1, 1, int(start.size())}, start}};
  }

  Tensor<double> operator()(Tape<double>& tape, const std::vector<Tensor<double>>& leaf) const {
    return run(*in_double_, tape, leaf);
  }
  Tensor<Dual> operator()(Tape<Dual>& tape, const std::vector<Tensor<Dual>>& leaf) const {
    return run(*in_dual_, tape, leaf);
  }

 private:
  template <class T>
  static Tensor<T> run(Network<T>& network, Tape<T>& tape, const std::vector<Tensor<T>>& leaf) {
    Parameters<T>& p = network.parameters();
    p.set_values({leaf[1].value.data, leaf[1].value.data + p.size()});
    p.clear_gradients();
    // Replayed last: hands the network's gradients to the leaf.
    tape.record([&tape, &p, parameters = leaf[1]] {
      const std::vector<T> gradients = p.gradients();
      std::copy(gradients.begin(), gradients.end(), tape.accumulate(parameters).first.data);
    });
    return network.forward(tape, leaf[0]);
  }

  std::unique_ptr<Network<double>> in_double_;
  std::unique_ptr<Network<Dual>> in_dual_;
};

int64_t parameters(const char* model, int inputs) {
  return make_network<float>(model_spec(model, inputs))->parameters().size();
}

}  // namespace

TEST_CASE("numbers of parameters") {
  CHECK(parameters("unet", 6) == 1941537);
  CHECK(parameters("sifnet-small", 4) == 10545);
  CHECK(parameters("sifnet-small", 32) == 10993);
  CHECK(parameters("sifnet", 4) == 592961);
  // Convolutions 1184 + 18496 + 73856, dense 3200 x 512 + 512 and 512 x 1600 + 1600.
  CHECK(parameters("paper-cnn", 4) == 1184 + 18496 + 73856 + 1638912 + 820800);
  // One level of 2: 4-2, 2-2, bottleneck 2-3, 3-3, up 3-2, decoder 4-2, 2-2, head 2-1.
  CHECK(parameters("unet:widths=2,bottleneck=3", 4) == 74 + 38 + 57 + 84 + 26 + 74 + 38 + 3);
  // Its gate: 2-1 of each image, 1-1. Its code: 4-8, 8-2 twice.
  CHECK(parameters("unet:widths=2,bottleneck=3,gates=yes", 4) == 394 + 3 + 3 + 2);
  CHECK(parameters("unet:widths=2,bottleneck=3,season=yes", 4) == 394 + 40 + 18 + 18);
  // Shortcuts 4-2, 2-3, 4-2; between blocks of as many channels there is none.
  CHECK(parameters("unet:widths=2,bottleneck=3,blocks=residual", 4) == 394 + 10 + 9 + 10);
  CHECK(parameters("unet:widths=2,bottleneck=2,blocks=residual", 2) ==
        parameters("unet:widths=2,bottleneck=2", 2) + 10);
  // Dense: 4-1, 5-1, 6-2 by 1 x 1; bottleneck 2-2, 4-2, 6-3; up 3-2; decoder as the encoder; head.
  CHECK(parameters("unet:widths=2,bottleneck=3,blocks=dense", 4) ==
        37 + 46 + 14 + 38 + 74 + 21 + 26 + 37 + 46 + 14 + 3);
}

TEST_CASE("whole networks: gradients of the input and of all parameters") {
  const auto check = [](const char* model, Shape input) {
    CAPTURE(model);
    CAPTURE(input.h);
    CAPTURE(input.w);
    const NetworkFunction function(model_spec(model, input.c));
    CHECK(autograd::adjoint_mismatch(function, function.leaves(input)) < 1e-13);
  };
  for (const Shape& input : {Shape{2, 8, 8, 3}, Shape{1, 5, 7, 3}, Shape{2, 1, 1, 3}, Shape{1, 1, 6, 3}})
    for (const char* model :
         {"unet:widths=3-4,bottleneck=5", "unet:widths=3-4,bottleneck=5,upsampling=bilinear,output=softplus",
          "unet:widths=2-3-4,bottleneck=4,convs=1,kernel=5,output=sigmoid"})
      check(model, input);
  for (const Shape& input : {Shape{2, 8, 8, 5}, Shape{1, 5, 7, 5}, Shape{1, 1, 6, 5}})
    for (const char* model :
         {"unet-attention:widths=3-4,bottleneck=5", "unet-residual:widths=3-4,bottleneck=4",
          "unet-residual:widths=5-5,bottleneck=5,convs=1", "unet-dense:widths=3-4,bottleneck=5",
          "unet-dense:widths=2-3,bottleneck=4,convs=3,upsampling=bilinear", "unet-temporal:widths=3-4,bottleneck=5",
          "unet-dense:widths=3-4,bottleneck=5,gates=yes,season=yes,output=softplus",
          "unet-pointwise:widths=4,bottleneck=3,blocks=residual,gates=yes,season=yes"})
      check(model, input);
  for (const Shape& input : {Shape{2, 4, 5, 4}, Shape{1, 1, 1, 4}}) check("sifnet-small", input);
  check("sifnet", {1, 2, 3, 4});
  check("paper-cnn:patch=8", {2, 8, 8, 2});
  check("paper-cnn:patch=11", {1, 11, 11, 2});
}

TEST_CASE("whole networks: central differences") {
  for (const char* model :
       {"unet:widths=3-4,bottleneck=5,output=softplus", "unet:widths=2,bottleneck=3,upsampling=bilinear",
        "unet-attention:widths=3,bottleneck=4", "unet-residual:widths=3,bottleneck=4",
        "unet-dense:widths=3,bottleneck=4", "unet-temporal:widths=3,bottleneck=4", "sifnet-small"}) {
    CAPTURE(model);
    const NetworkFunction function(model_spec(model, 4));
    CHECK(autograd::difference_mismatch(function, function.leaves({1, 5, 6, 4}), 40) <= 1);
  }
}

TEST_CASE("the CPU's fast kernels agree with the specification") {
  for (const char* model :
       {"unet", "unet:upsampling=bilinear,output=softplus", "unet-attention", "unet-residual",
        "unet-dense:widths=16-32,bottleneck=64", "unet-temporal", "unet-pointwise:blocks=dense,gates=yes,season=yes",
        "sifnet", "sifnet-small", "paper-cnn:patch=16"}) {
    CAPTURE(model);
    const ModelSpec spec = model_spec(model, 4);
    const auto network = make_network<float>(spec);
    network->parameters().place(Queue(Device::cpu));
    network->parameters().initialise(2);
    const int side = spec.family == Family::paper_cnn ? 16 : 13;
    const test::SmallBatch batch(1, side, side, 4, 9);
    std::vector<std::vector<float>> outputs, gradients;
    for (const Device device : {Device::reference, Device::cpu}) {
      Queue queue(device);
      autograd::Arena arena(queue);
      Tape<float> tape(queue, arena, true);
      network->parameters().clear_gradients();
      const Tensor<float> y = network->forward(tape, tape.tensor(batch.inputs()));
      kernels::LossSum<float> loss;
      autograd::masked_loss<float>(tape, {}, y, batch.targets(), &loss);
      outputs.push_back(autograd::detail::read<float>(y.value));
      tape.backward();
      gradients.push_back(network->parameters().gradients());
    }
    const auto mismatch = [](const std::vector<float>& a, const std::vector<float>& b) {
      double difference = 0, size = 0;
      for (size_t i = 0; i < a.size(); ++i) {
        difference = std::max(difference, double(std::abs(a[i] - b[i])));
        size = std::max(size, double(std::abs(a[i])));
      }
      return difference / size;
    };
    CHECK(outputs[0].size() == size_t(side) * size_t(side));
    CHECK(mismatch(outputs[0], outputs[1]) < 1e-4);
    CHECK(mismatch(gradients[0], gradients[1]) < 1e-4);
  }
}

TEST_CASE("without gradients a forward pass uses memory again and gives the same bits") {
  for (const char* model :
       {"unet:widths=4-8-16,bottleneck=32", "unet:widths=4-8,bottleneck=8,convs=1",
        "unet:widths=4-8,bottleneck=8,upsampling=bilinear", "unet-attention:widths=4-8,bottleneck=8",
        "unet-residual:widths=4-8,bottleneck=8", "unet-residual:widths=8-8,bottleneck=8,convs=1",
        "unet-dense:widths=4-8,bottleneck=8", "unet-temporal:widths=4-8,bottleneck=8",
        "unet-pointwise:blocks=dense,gates=yes,season=yes", "sifnet", "sifnet-small"}) {
    CAPTURE(model);
    const auto network = make_network<float>(model_spec(model, 4));
    Queue queue(Device::cpu);
    network->parameters().place(queue);
    network->parameters().initialise(2);
    const test::SmallBatch batch(2, 17, 22, 4, 9);
    std::vector<std::vector<float>> outputs;
    std::vector<size_t> peaks;
    for (const bool with_gradients : {true, false}) {
      autograd::Arena arena(queue);
      Tape<float> tape(queue, arena, with_gradients);
      const View<float> inputs = tape.memory(batch.inputs().shape());  // used again as well
      kernels::copy<float>(queue, batch.inputs(), inputs);
      outputs.push_back(autograd::detail::read<float>(network->forward(tape, tape.tensor(inputs)).value));
      peaks.push_back(arena.peak_bytes());
    }
    CHECK(outputs[0] == outputs[1]);
    CHECK(peaks[1] < peaks[0]);
  }
}

TEST_CASE("an output cell depends on the inputs of its receptive field, on no others, and on its outermost ones") {
  for (const char* model :
       {"unet:widths=2-2,bottleneck=2,convs=1", "unet:widths=2-2,bottleneck=2,upsampling=bilinear",
        "unet:widths=2,bottleneck=2,kernel=5", "unet:widths=2-2,bottleneck=2,gates=yes",
        "unet:widths=2-2,bottleneck=2,blocks=residual", "unet:widths=2-2,bottleneck=2,blocks=dense",
        "unet:widths=2,bottleneck=2,convs=3,blocks=dense", "unet:widths=2-2,bottleneck=2,season=yes", "sifnet-small"}) {
    CAPTURE(model);
    const ModelSpec spec = model_spec(model, 4);
    const int field = receptive_field(spec), radius = field / 2, multiple = size_multiple(spec);
    const int side = (2 * radius / multiple + 3) * multiple;
    const auto network = make_network<double>(spec);
    // Everything positive: no ReLU hides a path, only pooling chooses.
    network->parameters().place(Queue(Device::reference));
    network->parameters().set_values(std::vector<double>(size_t(network->parameters().size()), 0.1));
    int reached = 0;
    for (int cell = side / 2 / multiple * multiple, last = cell + multiple; cell < last; ++cell)
      for (int trial = 0; trial < 4; ++trial) {
        Queue queue(Device::reference);
        autograd::Arena arena(queue);
        Tape<double> tape(queue, arena, true);
        Leaf image = autograd::random_leaf({1, side, side, 4}, uint64_t(trial));
        for (double& value : image.values) value = std::abs(value);
        const Tensor<double> x = tape.tensor({image.values.data(), image.shape}, true);
        const Tensor<double> y = network->forward(tape, x);
        std::vector<double> seed(size_t(side) * size_t(side), 0.0);
        seed[size_t(cell * side + cell)] = 1;
        autograd::seed_gradient<double>(tape, y, {seed.data(), y.shape()});
        tape.backward();
        for (int i = 0; i < side; ++i)
          for (int j = 0; j < side; ++j)
            if (x.gradient->view(0, i, j, 0) != 0)
              reached = std::max({reached, std::abs(i - cell), std::abs(j - cell)});
      }
    CHECK(2 * reached + 1 == field);
  }
  CHECK(receptive_field(model_spec("sifnet", 1)) == 13);
  CHECK(receptive_field(model_spec("paper-cnn", 1)) == 40);
}

TEST_CASE("inputs that a network cannot take are refused") {
  Queue queue(Device::cpu);
  autograd::Arena arena(queue);
  Tape<float> tape(queue, arena, false);
  const std::vector<float> values(20 * 20 * 4);
  const auto run = [&](const char* model, int inputs) {
    const auto network = make_network<float>(model_spec(model, inputs));
    network->parameters().place(queue);
    network->forward(tape, tape.tensor({values.data(), 1, 20, 20, 4}));
  };
  CHECK_THROWS_NAMING(ShapeError, run("paper-cnn", 4), "40 x 40", "20 x 20");
  CHECK_THROWS_AS(run("unet", 6), ShapeError);
  CHECK_THROWS_NAMING(UsageError, run("unet-temporal", 3), "season", "first 4 inputs");
}

TEST_CASE("a summary lists the layers with their shapes, parameters and flops") {
  const Summary summary = summarise(model_spec("unet", 6), 40, 40);
  CHECK(summary.parameters == 1941537);
  CHECK(summary.receptive_field == receptive_field(model_spec("unet", 6)));
  int64_t parameters_of_layers = 0, flops = 0;
  for (const auto& layer : summary.layers) parameters_of_layers += layer.parameters, flops += layer.flops;
  CHECK(parameters_of_layers == 1941537);
  CHECK(flops == summary.flops);
  const auto& first = summary.layers.front();
  CHECK(first.op == "conv2d");
  CHECK(first.name == "encoder1.conv1.weight");
  CHECK(first.output == Shape{1, 40, 40, 16});
  CHECK(first.flops == 2 * 1600 * 9 * 6 * 16);
  CHECK(summary.layers[2].op == "max_pool2d");
  CHECK(summary.layers[2].name == "");
  CHECK(summary.layers.back().name == "head.weight");
  CHECK(summary.layers.back().output == Shape{1, 40, 40, 1});
}
