#include "kernels/cpu/winograd.hpp"

#include <doctest/doctest.h>

#include "arrays.hpp"
#include "kernels/conv2d.hpp"
#include "kernels/cpu/conv2d.hpp"
#include "kernels/parallel.hpp"
#include "kernels/reference/conv2d.hpp"
#include "kernels/shape_check.hpp"

using namespace unetsr;
using namespace unetsr::test;
using namespace unetsr::kernels;

namespace {

struct Layer {
  Shape x;
  int outputs;
  int x_gap = 0, y_gap = 0;
};

// Sizes around multiples of 4, channels around multiples of 16, and both ways to share the work: few tiles, many tiles.
const std::vector<Layer> layers = {{{1, 1, 1, 1}, 1},     {{1, 4, 4, 16}, 16},         {{2, 5, 7, 3}, 17, 3, 5},
                                   {{1, 2, 9, 33}, 40},   {{3, 8, 6, 64}, 96, 64, 32}, {{2, 13, 11, 40}, 8, 0, 8},
                                   {{1, 3, 3, 200}, 270}, {{1, 5, 5, 280}, 6},         {{3, 57, 60, 20}, 18, 4, 2},
                                   {{1, 101, 90, 8}, 32}, {{1, 66, 66, 40}, 72}};

enum class Op { forward, data_gradient, weight_gradient };
constexpr Op all_ops[] = {Op::forward, Op::data_gradient, Op::weight_gradient};

struct Arrays {
  Array<float> x, w, bias, dy;

  explicit Arrays(const Layer& layer, Random random = Random(5))
      : x(random_array<float>(random, {layer.x, layer.x_gap})),
        w(random_array<float>(random, {{3, 3, layer.x.c, layer.outputs}})),
        bias(random_array<float>(random, {{1, 1, 1, layer.outputs}})),
        dy(random_array<float>(random, {{layer.x.n, layer.x.h, layer.x.w, layer.outputs}, layer.y_gap})) {}
};

ArrayShape output_of(const Layer& layer, Op op) {
  if (op == Op::forward) return {{layer.x.n, layer.x.h, layer.x.w, layer.outputs}, layer.y_gap};
  if (op == Op::data_gradient) return {layer.x, layer.x_gap};
  return {{3, 3, layer.x.c, layer.outputs}};
}

constexpr float before = 0.5f;  // what lies in an output that is added to

GuardedArray by_winograd(const Layer& layer, const Arrays& a, Op op, Into into) {
  GuardedArray out(output_of(layer, op));
  for (int64_t i = 0; i < out.size(); ++i) out[i] = into == Into::add ? before : float(missing);
  const bool add = into == Into::add;
  const View<const float> x = a.x.view(), w = a.w.view(), dy = a.dy.view();
  if (op == Op::forward) cpu::winograd_forward(x, w, out.view(), {.bias = a.bias.view().data, .add = add});
  if (op == Op::data_gradient) cpu::winograd_data_gradient(dy, w, out.view(), {.add = add});
  if (op == Op::weight_gradient) cpu::winograd_weight_gradient(x, dy, out.view());
  return out;
}

Array<double> in_double(const Layer& layer, const Arrays& a, Op op, Into into) {
  const ArrayShape shape = output_of(layer, op);
  Array<double> out(shape);
  const auto x = converted<double>(a.x, {layer.x, layer.x_gap}), w = converted<double>(a.w, {a.w.view().shape()});
  const auto bias = converted<double>(a.bias, {a.bias.view().shape()});
  const auto dy = converted<double>(a.dy, output_of(layer, Op::forward));
  if (op == Op::forward) reference::conv2d<double>(x.view(), w.view(), bias.view().data, out.view(), false);
  if (op == Op::data_gradient) reference::conv2d_backward_data<double>(dy.view(), w.view(), out.view(), Into::write);
  if (op == Op::weight_gradient)
    reference::conv2d_backward_weights<double>(x.view(), dy.view(), out.view(), static_cast<double*>(nullptr));
  if (into == Into::add) out.each([](double& value) { value += double(before); });
  return out;
}

template <class Check>
void for_each_layer(Check check) {
  for (const Layer& layer : layers)
    for (Op op : all_ops) {
      INFO(to_string(layer.x) << " -> " << layer.outputs << ", op " << int(op));
      check(layer, op);
    }
}

}  // namespace

TEST_CASE("Winograd's error is below 2e-5 of the largest output, and nothing else is touched") {
  for_each_layer([](const Layer& layer, Op op) {
    const Arrays a(layer);
    for (Into into : {Into::write, Into::add}) {
      if (into == Into::add && op == Op::weight_gradient) continue;
      const GuardedArray got = by_winograd(layer, a, op, into);
      const Array<double> expected = in_double(layer, a, op, into);
      double largest = 0, worst = 0;
      for (int64_t i = 0; i < got.size(); ++i) {
        largest = std::max(largest, std::abs(expected[i]));
        const double error = std::abs(double(got[i]) - expected[i]);
        worst = std::isnan(error) ? error : std::max(worst, error);
      }
      CHECK(worst <= 2e-5 * largest);
      CHECK(got.guards_intact());
    }
  });
}

TEST_CASE("Winograd's bits are the same at any number of threads") {
  for_each_layer([](const Layer& layer, Op op) {
    const Arrays a(layer);
    set_threads(1);
    const GuardedArray alone = by_winograd(layer, a, op, Into::write);
    for (int count : {2, 5}) {
      set_threads(count);
      CHECK(by_winograd(layer, a, op, Into::write).same_bits(alone));
    }
  });
}

TEST_CASE("a gate shuts the data gradient where it is not above 0") {
  for (const Layer& layer : layers) {
    INFO(to_string(layer.x) << " -> " << layer.outputs);
    const Arrays a(layer);
    const GuardedArray open = by_winograd(layer, a, Op::data_gradient, Into::write);
    for (bool add : {false, true}) {
      GuardedArray got(output_of(layer, Op::data_gradient));
      for (int64_t i = 0; i < got.size(); ++i) got[i] = before;
      const View<const float> dy = a.dy.view(), w = a.w.view();
      cpu::winograd_data_gradient(dy, w, got.view(), {.add = add, .gate = a.x.view().data});
      for (int64_t i = 0; i < got.size(); ++i) CHECK(got[i] == (add ? before : 0.0f) + (a.x[i] > 0 ? open[i] : 0.0f));
      CHECK(got.guards_intact());
    }
  }
}

TEST_CASE("a missing value reaches at least the outputs that it touches, and none beyond the tiles that see it") {
  const Layer layer = {{2, 13, 12, 16}, 16};
  Arrays a(layer);
  a.x.view()(1, 6, 5, 3) = float(missing);
  GuardedArray y = by_winograd(layer, a, Op::forward, Into::write);
  for (int n = 0; n < 2; ++n)
    for (int i = 0; i < 13; ++i)
      for (int j = 0; j < 12; ++j) {
        const bool is_missing = std::isnan(y.view()(n, i, j, 0));
        if (n == 1 && std::abs(i - 6) <= 1 && std::abs(j - 5) <= 1) CHECK(is_missing);
        if (n == 0 || i < 4 || i >= 8 || j < 4 || j >= 8) CHECK_FALSE(is_missing);
      }
}

TEST_CASE("conv2d uses Winograd where it pays, and never when it has to be exact") {
  const Layer layer = {{2, 16, 16, 32}, 32};
  const Arrays a(layer);
  CHECK(cpu::winograd_pays(3, 3, layer.x, layer.outputs));
  CHECK_FALSE(cpu::winograd_pays(5, 5, layer.x, layer.outputs));
  CHECK_FALSE(cpu::winograd_pays(3, 3, {16, 2, 2, 512}, 512));
  const auto convolution = [&](bool keep_exact) {
    Queue queue(Device::cpu, Precision::fp32, keep_exact);
    GuardedArray y(output_of(layer, Op::forward));
    kernels::conv2d<float>(queue, a.x.view(), a.w.view(), a.bias.view().data, y.view(), false);
    return y;
  };
  const GuardedArray fast = by_winograd(layer, a, Op::forward, Into::write);
  CHECK(convolution(false).same_bits(fast));
  CHECK_FALSE(convolution(true).same_bits(fast));
}
