#include "kernels/max_pool2d.hpp"

#include "by_hand.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

constexpr float na = missing_value;

// Nine equal channels, so that both the vector loop and what is left of it run.
constexpr int channels = 9;

std::vector<float> repeated(const std::vector<float>& image) {
  std::vector<float> values;
  for (float value : image) values.insert(values.end(), channels, value);
  return values;
}

void check_pool(const std::vector<float>& x, int h, int w, const std::vector<float>& y) {
  on_both_devices([&](Queue& queue) {
    const std::vector<float> in = repeated(x), expected = repeated(y);
    std::vector<float> out(expected.size(), na);
    max_pool2d<float>(queue, View<const float>(in.data(), 1, h, w, channels),
                      View<float>(out.data(), 1, std::max(1, h / 2), std::max(1, w / 2), channels));
    check_values(out, expected);
  });
}

void check_gradient(const std::vector<float>& x, int h, int w, const std::vector<float>& dy,
                    const std::vector<float>& dx) {
  for (Into into : {Into::write, Into::add})
    on_both_devices([&](Queue& queue) {
      const std::vector<float> in = repeated(x), out = repeated(dy);
      std::vector<float> gradient(in.size(), into == Into::add ? 100 : na), expected = repeated(dx);
      if (into == Into::add)
        for (float& value : expected) value += 100;
      max_pool2d_backward<float>(queue, View<const float>(in.data(), 1, h, w, channels),
                                 View<const float>(out.data(), 1, std::max(1, h / 2), std::max(1, w / 2), channels),
                                 View<float>(gradient.data(), 1, h, w, channels), into);
      check_values(gradient, expected);
    });
}

}  // namespace

TEST_CASE("an odd last row and column are dropped") {
  check_pool({1,  2,  3,  4,  90,  //
              5,  0,  7,  8,  91,  //
              -1, -2, -5, -6, 92,  //
              -3, -4, -7, -8, 93,  //
              94, 95, 96, 97, 98},
             5, 5, {5, 8, -1, -5});
  check_gradient({1, 2, 3, 4, 90, 5, 0, 7, 8, 91, -1, -2, -5, -6, 92, -3, -4, -7, -8, 93, 94, 95, 96, 97, 98}, 5, 5,
                 {10, 20, 30, 40}, {0,  0, 0,  0,  0,  //
                                    10, 0, 0,  20, 0,  //
                                    30, 0, 40, 0,  0,  //
                                    0,  0, 0,  0,  0,  //
                                    0,  0, 0,  0,  0});
}

TEST_CASE("one row or one column is kept") {
  check_pool({3}, 1, 1, {3});
  check_pool({1, 4, 2, 3, 9}, 1, 5, {4, 3});
  check_pool({1, 4, 2}, 3, 1, {4});
  check_gradient({1, 4, 2, 3, 9}, 1, 5, {10, 20}, {0, 10, 0, 20, 0});
}

TEST_CASE("the first of equal maxima gets the gradient") {
  check_gradient({7, 7, 7, 7}, 2, 2, {1}, {1, 0, 0, 0});
  check_gradient({6, 7, 7, 7}, 2, 2, {1}, {0, 1, 0, 0});
  check_gradient({6, 5, 7, 7}, 2, 2, {1}, {0, 0, 1, 0});
  check_gradient({6, 5, 4, 7}, 2, 2, {1}, {0, 0, 0, 1});
}

TEST_CASE("NaN wins, and the first NaN gets the gradient") {
  check_pool({1, na, 3, 4}, 2, 2, {na});
  check_pool({1, 2, 3, na}, 2, 2, {na});
  check_pool({na, 2, 3, 4}, 2, 2, {na});
  check_gradient({1, na, 3, 4}, 2, 2, {5}, {0, 5, 0, 0});
  check_gradient({9, 1, na, na}, 2, 2, {5}, {0, 0, 5, 0});
  check_gradient({9, na, na, 3}, 2, 2, {5}, {0, 5, 0, 0});
}

TEST_CASE("wrong shapes are refused") {
  Queue queue(Device::cpu);
  std::vector<float> x(25), y(9);
  CHECK_THROWS_WITH_AS(
      max_pool2d<float>(queue, View<const float>(x.data(), 1, 5, 5, 1), View<float>(y.data(), 1, 3, 3, 1)),
      "max_pool2d: y has shape (1, 3, 3, 1), expected (1, 2, 2, 1)", ShapeError);
  CHECK_THROWS_AS(
      max_pool2d_backward<float>(queue, View<const float>(x.data(), 1, 5, 5, 1),
                                 View<const float>(y.data(), 1, 2, 2, 1), View<float>(x.data(), 1, 4, 4, 1)),
      ShapeError);
}
