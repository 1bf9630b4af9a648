#include "by_hand.hpp"
#include "kernels/conv2d.hpp"
#include "kernels/conv_transpose2x2.hpp"
#include "kernels/dense.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

const std::vector<float> nine = {1, 2, 3, 4, 5, 6, 7, 8, 9};
const std::vector<float> centre = {0, 0, 0, 0, 1, 0, 0, 0, 0};

View<const float> in(const std::vector<float>& values, Shape shape) {
  return View<const float>(values.data(), shape);
}
View<float> out(std::vector<float>& values, Shape shape) {
  return View<float>(values.data(), shape);
}

constexpr Shape image = {1, 3, 3, 1}, kernel = {3, 3, 1, 1};

}  // namespace

TEST_CASE("conv2d is a cross-correlation with zeros around the image") {
  on_both_devices([](Queue& queue) {
    const std::vector<float> east = {0, 0, 0, 0, 0, 1, 0, 0, 0}, bias = {0.5f};
    std::vector<float> y(9);
    conv2d<float>(queue, in(nine, image), in(east, kernel), bias.data(), out(y, image));
    check_values(y, {2.5f, 3.5f, 0.5f, 5.5f, 6.5f, 0.5f, 8.5f, 9.5f, 0.5f});
    conv2d<float>(queue, in(centre, image), in(nine, kernel), nullptr, out(y, image));
    check_values(y, {9, 8, 7, 6, 5, 4, 3, 2, 1});
  });
}

TEST_CASE("conv2d: gradients of one pixel") {
  on_both_devices([](Queue& queue) {
    std::vector<float> dx(9), dw(9), dbias(1);
    conv2d_backward_data<float>(queue, in(centre, image), in(nine, kernel), out(dx, image));
    check_values(dx, nine);
    conv2d_backward_data<float>(queue, in(centre, image), in(nine, kernel), out(dx, image), Into::add);
    check_values(dx, {2, 4, 6, 8, 10, 12, 14, 16, 18});
    conv2d_backward_weights<float>(queue, in(nine, image), in(centre, image), out(dw, kernel), dbias.data());
    check_values(dw, nine);
    check_values(dbias, {1});
  });
}

TEST_CASE("conv2d and dense: channels by hand, with and without ReLU") {
  const std::vector<float> x = {10, 100}, w = {1, 2, 3, 4, 5, -6}, bias = {0, 0, 1};
  on_both_devices([&](Queue& queue) {
    std::vector<float> y(3), dx(2), dw(6);
    conv2d<float>(queue, in(x, {1, 1, 1, 2}), in(w, {1, 1, 2, 3}), bias.data(), out(y, {1, 1, 1, 3}));
    check_values(y, {410, 520, -569});
    dense<float>(queue, in(x, {1, 1, 2, 1}), in(w, {1, 1, 2, 3}), bias.data(), out(y, {1, 3, 1, 1}), true);
    check_values(y, {410, 520, 0});
    const std::vector<float> dy = {1, 10, 100};
    dense_backward_data<float>(queue, in(dy, {1, 3, 1, 1}), in(w, {1, 1, 2, 3}), out(dx, {1, 1, 2, 1}));
    check_values(dx, {321, -546});
    dense_backward_weights<float>(queue, in(x, {1, 1, 2, 1}), in(dy, {1, 3, 1, 1}), out(dw, {1, 1, 2, 3}), nullptr);
    check_values(dw, {10, 100, 1000, 100, 1000, 10000});
  });
}

TEST_CASE("conv_transpose2x2: one pixel makes four") {
  const std::vector<float> x = {2}, w = {1, 2, 3, 4}, dy = {1, 10, 100, 1000};
  on_both_devices([&](Queue& queue) {
    std::vector<float> y(4), dx(1), dw(4), dbias(1);
    conv_transpose2x2<float>(queue, in(x, {1, 1, 1, 1}), in(w, {2, 2, 1, 1}), nullptr, out(y, {1, 2, 2, 1}));
    check_values(y, {2, 4, 6, 8});
    conv_transpose2x2_backward_data<float>(queue, in(dy, {1, 2, 2, 1}), in(w, {2, 2, 1, 1}), out(dx, {1, 1, 1, 1}));
    check_values(dx, {4321});
    conv_transpose2x2_backward_weights<float>(queue, in(x, {1, 1, 1, 1}), in(dy, {1, 2, 2, 1}), out(dw, {2, 2, 1, 1}),
                                              dbias.data());
    check_values(dw, {2, 20, 200, 2000});
    check_values(dbias, {1111});
  });
}

TEST_CASE("ReLU keeps NaN") {
  const std::vector<float> x = {missing_value, -1, 2}, w = {1};
  on_both_devices([&](Queue& queue) {
    std::vector<float> y(3);
    conv2d<float>(queue, in(x, {1, 1, 3, 1}), in(w, {1, 1, 1, 1}), nullptr, out(y, {1, 1, 3, 1}), true);
    check_values(y, {missing_value, 0, 2});
  });
}

TEST_CASE("wrong shapes are refused") {
  Queue queue(Device::cpu);
  std::vector<float> a(64), b(64), c(64);
  CHECK_THROWS_AS(conv2d<float>(queue, in(a, {1, 3, 3, 1}), in(b, {2, 3, 1, 1}), nullptr, out(c, {1, 3, 3, 1})),
                  ShapeError);
  CHECK_THROWS_AS(conv2d<float>(queue, in(a, {1, 3, 3, 2}), in(b, {3, 3, 1, 1}), nullptr, out(c, {1, 3, 3, 1})),
                  ShapeError);
  CHECK_THROWS_AS(conv2d<float>(queue, in(a, {1, 3, 3, 1}), in(b, {3, 3, 1, 1}), nullptr, out(c, {1, 3, 4, 1})),
                  ShapeError);
  CHECK_THROWS_AS(
      conv_transpose2x2<float>(queue, in(a, {1, 3, 3, 1}), in(b, {2, 2, 1, 1}), nullptr, out(c, {1, 6, 5, 1})),
      ShapeError);
  CHECK_THROWS_AS(dense<float>(queue, View<const float>(a.data(), 1, 1, 2, 1, 2), in(b, {1, 1, 2, 1}), nullptr,
                               out(c, {1, 1, 1, 1})),
                  ShapeError);
}
