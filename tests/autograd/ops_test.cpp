#include "autograd/ops.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "autograd/gradient_check.hpp"
#include "kernels/error.hpp"

// The functions under test are lambdas that are generic in the scalar: double for gradients, Dual for derivatives.
using namespace unetsr;
using namespace unetsr::autograd;
using kernels::Activation;

namespace {

std::vector<Leaf> random_leaves(std::initializer_list<Shape> shapes) {
  std::vector<Leaf> leaves;
  for (const Shape& shape : shapes) leaves.push_back(random_leaf(shape, 17 + leaves.size()));
  return leaves;
}

template <class Function>
void check_gradients(const Function& function, std::initializer_list<Shape> shapes) {
  CHECK(adjoint_mismatch(function, random_leaves(shapes)) < 1e-13);
  CHECK(difference_mismatch(function, random_leaves(shapes)) <= 1);
}

}  // namespace

TEST_CASE("gradients of the layers with weights") {
  for (const bool relu : {false, true}) {
    CAPTURE(relu);
    check_gradients([&](auto& tape, const auto& x) { return conv2d(tape, x[0], x[1], x[2], relu); },
                    {{2, 4, 5, 3}, {3, 3, 3, 4}, {1, 1, 1, 4}});
    check_gradients([&](auto& tape, const auto& x) { return conv_transpose2x2(tape, x[0], x[1], x[2], relu); },
                    {{2, 3, 2, 3}, {2, 2, 3, 4}, {1, 1, 1, 4}});
    check_gradients(
        [&](auto& tape, const auto& x) {
          return dense(tape, x[0], x[1], x[2], {3, 2, 1, 4}, relu);
        },
        {{3, 2, 2, 3}, {1, 1, 12, 8}, {1, 1, 1, 8}});
  }
}

TEST_CASE("gradients of the ops without weights") {
  check_gradients([](auto& tape, const auto& x) { return max_pool2d(tape, x[0]); }, {{2, 5, 4, 3}});
  check_gradients([](auto& tape, const auto& x) { return resize_bilinear(tape, x[0], 7, 3); }, {{2, 4, 5, 3}});
  kernels::FootprintMatrix matrix;
  for (const auto& footprint : {std::vector<int32_t>{0, 1, 4}, {1, 2}, {}, {4, 11}}) {
    for (const int32_t cell : footprint) matrix.add_entry(cell, 0.3f + 0.1f * float(cell));
    matrix.end_footprint();
  }
  const kernels::Footprints footprints = matrix.view(12);
  check_gradients([&](auto& tape, const auto& x) { return footprint_mean(tape, footprints, x[0]); }, {{2, 3, 2, 1}});
  for (const Activation kind : {Activation::none, Activation::relu, Activation::softplus, Activation::sigmoid})
    check_gradients([&](auto& tape, const auto& x) { return activation(tape, kind, x[0]); }, {{2, 2, 3, 3}});
  check_gradients([](auto& tape, const auto& x) { return add(tape, x[0], x[1]); }, {{2, 3, 2, 2}, {2, 3, 2, 2}});
  for (const int factors : {3, 1})
    check_gradients([](auto& tape, const auto& x) { return multiply(tape, x[0], x[1]); },
                    {{2, 3, 2, 3}, {2, 3, 2, factors}});
  check_gradients([](auto& tape, const auto& x) { return channels(tape, x[0], 1, 2); }, {{2, 3, 2, 4}});
  check_gradients(
      [](auto& tape, const auto& x) {
        return concat(tape, tape.memory({2, 3, 2, 5}), x[0], x[1]);
      },
      {{2, 3, 2, 2}, {2, 3, 2, 3}});
}

TEST_CASE("the first gradient writes, later ones add") {
  // The same tensor three times.
  check_gradients([](auto& tape, const auto& x) { return add(tape, add(tape, x[0], x[0]), x[0]); }, {{1, 2, 2, 1}});
  check_gradients(
      [](auto& tape, const auto& x) {
        return concat(tape, tape.memory({1, 2, 2, 4}), x[0], x[0]);
      },
      {{1, 2, 2, 2}});
  // A skip connection: pooling adds to what the concat has handed out, in the concat's own gradient.
  check_gradients(
      [](auto& tape, const auto& x) {
        const auto skip = activation(tape, Activation::softplus, x[0]);
        const auto up = resize_bilinear(tape, max_pool2d(tape, skip), 4, 4);
        return activation(tape, Activation::sigmoid, concat(tape, tape.memory({1, 4, 4, 4}), skip, up));
      },
      {{1, 4, 4, 2}});
  // An attention gate: the product lies in the concat's buffer, its input is pooled and gated, the other part gates
  // too.
  check_gradients(
      [](auto& tape, const auto& x) {
        const auto buffer = tape.memory({1, 4, 4, 4});
        const auto place = buffer.channels(0, 2);
        const auto skip = activation(tape, Activation::softplus, x[0]);
        const auto up = resize_bilinear(tape, max_pool2d(tape, skip), 4, 4);
        const auto map = activation(tape, Activation::sigmoid, channels(tape, add(tape, skip, up), 1, 1));
        return concat(tape, buffer, multiply(tape, skip, map, &place), up);
      },
      {{1, 4, 4, 2}});
  // A factor that is made of what it multiplies, and channels that are taken twice and overlap.
  check_gradients([](auto& tape, const auto& x) { return multiply(tape, x[0], x[0]); }, {{1, 2, 2, 3}});
  check_gradients(
      [](auto& tape, const auto& x) { return multiply(tape, channels(tape, x[0], 0, 2), channels(tape, x[0], 1, 2)); },
      {{1, 2, 2, 3}});
  // The same weights twice, with a bias of their own each time.
  check_gradients(
      [](auto& tape, const auto& x) {
        const auto y = conv2d(tape, x[0], x[1], x[2], true);
        return conv2d(tape, y, x[1], x[3], false);
      },
      {{1, 3, 3, 2}, {3, 3, 2, 2}, {1, 1, 1, 2}, {1, 1, 1, 2}});
}

TEST_CASE("a gradient that fails to add is caught") {
  const auto forgetful = [](auto& tape, const auto& x) {
    const auto y = activation(tape, Activation::softplus, x[0]);
    const auto a = activation(tape, Activation::sigmoid, y);
    if (y.gradient) tape.record([gradient = y.gradient] { gradient->written = false; });
    const auto b = activation(tape, Activation::softplus, y);
    return add(tape, a, b);
  };
  CHECK(adjoint_mismatch(forgetful, random_leaves({{1, 2, 3, 2}})) > 1e-3);
  CHECK(difference_mismatch(forgetful, random_leaves({{1, 2, 3, 2}})) > 10);
}

TEST_CASE("channels in the wrong place are caught by the adjoint test") {
  const auto swapped = [](auto& tape, const auto& x) {
    const auto y = activation(tape, Activation::none, x[0]);
    if (!tape.with_gradients()) return concat(tape, tape.memory({1, 2, 2, 4}), y, x[1]);
    return concat(tape, tape.memory({1, 2, 2, 4}), x[1], y);
  };
  CHECK(adjoint_mismatch(swapped, random_leaves({{1, 2, 2, 2}, {1, 2, 2, 2}})) > 1e-3);
}

TEST_CASE("gradients by hand: y = 3x used twice") {
  Queue queue(Device::reference);
  Arena arena(queue);
  Tape<double> tape(queue, arena, true);
  const double x[] = {2}, w[] = {3}, bias[] = {1}, seed[] = {1};
  const auto input = tape.tensor({x, 1, 1, 1, 1}, true), weights = tape.tensor({w, 1, 1, 1, 1}, true),
             offset = tape.tensor({bias, 1, 1, 1, 1}, true);
  const auto y = conv2d(tape, input, weights, offset);
  const auto sum = add(tape, y, y);
  CHECK(sum.value(0, 0, 0, 0) == 14);
  seed_gradient<double>(tape, sum, {seed, 1, 1, 1, 1});
  tape.backward();
  CHECK(input.gradient->view(0, 0, 0, 0) == 6);
  CHECK(weights.gradient->view(0, 0, 0, 0) == 4);
  CHECK(offset.gradient->view(0, 0, 0, 0) == 2);
}

TEST_CASE("parts that lie in the concat's buffer are not copied, and give the same bits") {
  const auto run = [](bool in_place, std::vector<float>& gradient) {
    const Leaf values = random_leaf({2, 4, 4, 3}, 1), small = random_leaf({2, 2, 2, 3}, 2),
               w = random_leaf({3, 3, 3, 4}, 3), up = random_leaf({2, 2, 3, 4}, 4), b = random_leaf({1, 1, 1, 4}, 5),
               g = random_leaf({2, 4, 4, 8}, 6);
    std::vector<std::vector<float>> keep;
    Queue queue(Device::cpu);
    Arena arena(queue);
    Tape<float> tape(queue, arena, true);
    const auto tensor = [&](const Leaf& leaf) {
      keep.emplace_back(leaf.values.begin(), leaf.values.end());
      return tape.tensor(View<const float>(keep.back().data(), leaf.shape), true);
    };
    const Tensor<float> x = tensor(values);
    const View<float> buffer = tape.memory({2, 4, 4, 8}), left = buffer.channels(0, 4), right = buffer.channels(4, 4);
    const Tensor<float> bias = tensor(b);
    const Tensor<float> skip = conv2d(tape, x, tensor(w), bias, true, in_place ? &left : nullptr);
    const Tensor<float> other =
        conv_transpose2x2(tape, tensor(small), tensor(up), bias, true, in_place ? &right : nullptr);
    CHECK((skip.value.data == buffer.data) == in_place);
    CHECK((other.value.data == buffer.data + 4) == in_place);
    const Tensor<float> y = concat(tape, buffer, skip, other);
    CHECK(y.value.data == buffer.data);
    std::vector<float> result(buffer.data, buffer.data + buffer.size());
    const std::vector<float> seed(g.values.begin(), g.values.end());
    seed_gradient<float>(tape, y, View<const float>(seed.data(), g.shape));
    tape.backward();
    CHECK(skip.gradient->view.data == y.gradient->view.data);
    CHECK(other.gradient->view.data == y.gradient->view.data + 4);
    gradient = detail::read<float>(x.gradient->view);
    return result;
  };
  std::vector<float> gradient_in_place, gradient_copied;
  CHECK(run(true, gradient_in_place) == run(false, gradient_copied));
  CHECK(gradient_in_place == gradient_copied);
  CHECK(gradient_in_place.size() == 96);
}

TEST_CASE("backward() releases values and gradients when nothing needs them any more") {
  constexpr Shape shape = {1, 16, 16, 8};
  constexpr size_t one = 16 * 16 * 8 * sizeof(float), little = one / 2;
  const Leaf x = random_leaf(shape, 1), w = random_leaf({1, 1, 8, 8}, 2), b = random_leaf({1, 1, 1, 8}, 3);
  const std::vector<float> image(x.values.begin(), x.values.end()), weights(w.values.begin(), w.values.end()),
      bias(b.values.begin(), b.values.end());
  Queue queue(Device::cpu);
  Arena arena(queue);
  Tape<float> tape(queue, arena, true);
  constexpr int layers = 8;
  Tensor<float> y = tape.tensor({image.data(), shape});
  for (int i = 0; i < layers; ++i)
    y = conv2d(tape, y, tape.tensor({weights.data(), w.shape}, true), tape.tensor({bias.data(), b.shape}, true), true);
  seed_gradient<float>(tape, y, {image.data(), shape});
  CHECK(arena.peak_bytes() >= (layers + 1) * one);
  tape.backward();
  CHECK(arena.peak_bytes() < (layers + 2) * one + little);
}

TEST_CASE("the loss starts the gradient of the mean over cells with a target") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double prediction[] = {1, 2, 4}, target[] = {0, nan, 1};
  Queue queue(Device::reference);
  Arena arena(queue);
  Tape<double> tape(queue, arena, true);
  const auto p = tape.tensor({prediction, 1, 1, 3, 1}, true);
  const auto y = add(tape, p, p);
  kernels::LossSum<double> loss;
  masked_loss<double>(tape, {}, y, {target, 1, 1, 3, 1}, &loss);
  CHECK(loss.sum == 4 + 49);
  CHECK(loss.count == 2);
  tape.backward();
  CHECK(p.gradient->view(0, 0, 0, 0) == 4);  // 2 * 2 * (2 - 0) / 2
  CHECK(p.gradient->view(0, 0, 1, 0) == 0);
  CHECK(p.gradient->view(0, 0, 2, 0) == 14);  // 2 * 2 * (8 - 1) / 2

  Tape<double> inference(queue, arena, false);
  const auto q = inference.tensor({prediction, 1, 1, 3, 1}, true);
  masked_loss<double>(inference, {}, q, {target, 1, 1, 3, 1}, &loss, Into::add);
  CHECK(loss.sum == 4 + 49 + 1 + 9);
  CHECK(loss.count == 4);
}

TEST_CASE("inputs without a gradient get none, and inference records nothing to replay") {
  Queue queue(Device::cpu);
  Arena arena(queue);
  const float x[] = {1, 2}, w[] = {2}, b[] = {0};
  Tape<float> tape(queue, arena, true);
  const auto input = tape.tensor({x, 1, 1, 2, 1});
  const auto y = conv2d(tape, input, tape.tensor({w, 1, 1, 1, 1}, true), tape.tensor({b, 1, 1, 1, 1}, true));
  CHECK(input.gradient == nullptr);
  CHECK(y.gradient != nullptr);
  CHECK(activation(tape, Activation::relu, input).gradient == nullptr);

  Tape<float> inference(queue, arena, false);
  const auto z = conv2d(inference, inference.tensor({x, 1, 1, 2, 1}, true), inference.tensor({w, 1, 1, 1, 1}, true),
                        inference.tensor({b, 1, 1, 1, 1}, true));
  CHECK(z.gradient == nullptr);
  CHECK(z.value(0, 0, 1, 0) == 4);
  REQUIRE(inference.records().size() == 1);
  CHECK(inference.records()[0].flops == 2 * 2);
  CHECK(inference.records()[0].parameters == 2);
}

TEST_CASE("places and buffers of the wrong shape are refused") {
  Queue queue(Device::cpu);
  Arena arena(queue);
  Tape<float> tape(queue, arena, true);
  const float x[12] = {};
  const auto input = tape.tensor({x, 1, 2, 2, 3});
  const View<float> place = tape.memory({1, 2, 2, 5});
  CHECK_THROWS_AS(resize_bilinear(tape, input, 2, 2, &place), ShapeError);
  CHECK_THROWS_AS(concat(tape, place, input, input), ShapeError);
  CHECK_THROWS_AS(multiply(tape, input, input, &place), ShapeError);
  CHECK_THROWS_AS(add(tape, input, input, &place), ShapeError);
  CHECK_THROWS_AS(activation(tape, Activation::relu, input, &place), ShapeError);
  for (const auto& [first, count] : {std::pair{-1, 1}, {2, 2}, {0, 0}})
    CHECK_THROWS_AS(channels(tape, input, first, count), ShapeError);
}
