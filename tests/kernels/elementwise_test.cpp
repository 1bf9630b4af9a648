#include "by_hand.hpp"
#include "kernels/activation.hpp"
#include "kernels/copy.hpp"
#include "kernels/error.hpp"
#include "kernels/multiply.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

constexpr float na = missing_value;

View<const float> in(const std::vector<float>& values) {
  return {values.data(), 1, 1, int(values.size()), 1};
}
View<float> out(std::vector<float>& values) {
  return {values.data(), 1, 1, int(values.size()), 1};
}

void check_activation(Activation kind, const std::vector<float>& x, const std::vector<float>& y,
                      const std::vector<float>& slope) {
  on_both_devices([&](Queue& queue) {
    std::vector<float> in_place = x, gradient(x.size(), 2);
    activation<float>(queue, kind, in(in_place), out(in_place));
    check_values(in_place, y, 1e-6);
    activation_backward<float>(queue, kind, in(y), in(gradient), out(gradient));
    for (float& value : gradient) value /= 2;
    check_values(gradient, slope, 1e-6);
  });
}

}  // namespace

TEST_CASE("activations and their slopes, in place") {
  check_activation(Activation::none, {-1, 0, 2, na}, {-1, 0, 2, na}, {1, 1, 1, 1});
  check_activation(Activation::relu, {-1, 0, 2, na}, {0, 0, 2, na}, {0, 0, 1, 0});
  check_activation(Activation::softplus, {-1, 0, 2, 100, -100, na}, {0.3132617f, 0.6931472f, 2.126928f, 100, 0, na},
                   {0.2689414f, 0.5f, 0.8807971f, 1, 0, na});
  check_activation(Activation::sigmoid, {-1, 0, 2, 100, -100, na}, {0.2689414f, 0.5f, 0.8807971f, 1, 0, na},
                   {0.1966119f, 0.25f, 0.1049936f, 0, 0, na});
}

TEST_CASE("copy concatenates channels and takes them apart") {
  const std::vector<float> a = {1, 2}, b = {10, 11, 20, na};
  on_both_devices([&](Queue& queue) {
    std::vector<float> both(6, -7);
    const View<float> wide(both.data(), 1, 1, 2, 3);
    copy<float>(queue, View<const float>(a.data(), 1, 1, 2, 1), wide.channels(0, 1));
    copy<float>(queue, View<const float>(b.data(), 1, 1, 2, 2), wide.channels(1, 2));
    check_values(both, {1, 10, 11, 2, 20, na});
    std::vector<float> sum = {100, 200};
    copy<float>(queue, wide.channels(1, 1), out(sum), Into::add);
    check_values(sum, {110, 220});
  });
}

TEST_CASE("multiply by a factor for each channel, or one for the whole pixel") {
  // Two pixels of two channels; factors with a gap.
  const std::vector<float> x = {1, 2, 3, na}, each = {10, 20, 30, 40}, one = {10, -7, 100, -7}, dy = {1, 1, 2, 0};
  const View<const float> pixels(x.data(), 1, 1, 2, 2), by_channel(each.data(), 1, 1, 2, 2),
      by_pixel(one.data(), 1, 1, 2, 1, 2), gradient(dy.data(), 1, 1, 2, 2);
  on_both_devices([&](Queue& queue) {
    std::vector<float> y(4, 1), sum(2, 5);
    const View<float> to(y.data(), 1, 1, 2, 2);
    multiply<float>(queue, pixels, by_channel, to);
    check_values(y, {10, 40, 90, na});
    multiply<float>(queue, pixels, by_pixel, to);
    check_values(y, {10, 20, 300, na});
    multiply<float>(queue, pixels, by_pixel, to, Into::add);
    check_values(y, {20, 40, 600, na});
    multiply_backward_factor<float>(queue, pixels, gradient, {sum.data(), 1, 1, 2, 1});
    check_values(sum, {3, na});
    multiply_backward_factor<float>(queue, by_channel, gradient, {sum.data(), 1, 1, 2, 1});
    multiply_backward_factor<float>(queue, by_channel, gradient, {sum.data(), 1, 1, 2, 1}, Into::add);
    check_values(sum, {60, 120});
    multiply_backward_factor<float>(queue, by_channel, gradient, to);
    check_values(y, {10, 20, 60, 0});
  });
}

TEST_CASE("wrong shapes are refused") {
  Queue queue(Device::cpu);
  std::vector<float> x(4), y(3);
  CHECK_THROWS_AS(activation<float>(queue, Activation::relu, in(x), out(y)), ShapeError);
  CHECK_THROWS_AS(activation_backward<float>(queue, Activation::relu, in(x), in(y), out(x)), ShapeError);
  const View<const float> wide(x.data(), 1, 1, 2, 2);
  CHECK_THROWS_WITH_AS(multiply<float>(queue, wide, in(x), {x.data(), 1, 1, 2, 2}),
                       "multiply: factor has shape (1, 1, 4, 1), expected (1, 1, 2, 1)", ShapeError);
  CHECK_THROWS_AS(multiply_backward_factor<float>(queue, wide, wide, out(x)), ShapeError);
  CHECK_THROWS_WITH_AS(copy<float>(queue, in(x), out(y)), "copy: y has shape (1, 1, 3, 1), expected (1, 1, 4, 1)",
                       ShapeError);
}
