#include "kernels/crop.hpp"

#include "by_hand.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

// Two images of 4 x 5 cells: 100 image + 10 row + column.
std::vector<float> numbered_stack() {
  std::vector<float> stack;
  for (int n = 0; n < 2; ++n)
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 5; ++j) stack.push_back(float(100 * n + 10 * i + j));
  return stack;
}

std::vector<float> patch(Queue& queue, const Crop& where, int h, int w) {
  const std::vector<float> stack = numbered_stack();
  std::vector<float> patches(size_t(h * w), -7);
  crop(queue, View<const float>(stack.data(), 2, 4, 5, 1), std::vector<Crop>{where},
       View<float>(patches.data(), 1, h, w, 1));
  return patches;
}

}  // namespace

TEST_CASE("the eight orientations") {
  on_both_devices([](Queue& queue) {
    check_values(patch(queue, {0, 1, 2, 0}, 3, 3), {12, 13, 14, 22, 23, 24, 32, 33, 34});
    check_values(patch(queue, {0, 1, 2, 1}, 3, 3), {14, 13, 12, 24, 23, 22, 34, 33, 32});
    check_values(patch(queue, {0, 1, 2, 2}, 3, 3), {32, 33, 34, 22, 23, 24, 12, 13, 14});
    check_values(patch(queue, {0, 1, 2, 3}, 3, 3), {34, 33, 32, 24, 23, 22, 14, 13, 12});
    check_values(patch(queue, {0, 1, 2, 4}, 3, 3), {12, 22, 32, 13, 23, 33, 14, 24, 34});
    check_values(patch(queue, {0, 1, 2, 5}, 3, 3), {14, 24, 34, 13, 23, 33, 12, 22, 32});
    check_values(patch(queue, {0, 1, 2, 6}, 3, 3), {32, 22, 12, 33, 23, 13, 34, 24, 14});
    check_values(patch(queue, {0, 1, 2, 7}, 3, 3), {34, 24, 14, 33, 23, 13, 32, 22, 12});
  });
}

TEST_CASE("another image, patches that are not square, and NaN") {
  on_both_devices([](Queue& queue) {
    check_values(patch(queue, {1, 2, 3, 0}, 2, 1), {123, 133});
    check_values(patch(queue, {1, 0, 0, 3}, 1, 5), {104, 103, 102, 101, 100});
    const std::vector<float> stack = {1, missing_value, 3, 4};  // one row of two pixels, two channels
    std::vector<float> out(4);
    crop(queue, View<const float>(stack.data(), 1, 1, 2, 2), std::vector<Crop>{{0, 0, 0, 1}},
         View<float>(out.data(), 1, 1, 2, 2));
    check_values(out, {3, 4, 1, missing_value});
  });
}

TEST_CASE("patches that leave their image are refused") {
  Queue queue(Device::cpu);
  CHECK_THROWS_AS(patch(queue, {2, 0, 0, 0}, 3, 3), ShapeError);
  CHECK_THROWS_AS(patch(queue, {-1, 0, 0, 0}, 3, 3), ShapeError);
  CHECK_THROWS_AS(patch(queue, {0, 2, 0, 0}, 3, 3), ShapeError);
  CHECK_THROWS_AS(patch(queue, {0, 0, 3, 0}, 3, 3), ShapeError);
  CHECK_THROWS_AS(patch(queue, {0, 0, -1, 0}, 3, 3), ShapeError);
  CHECK_THROWS_AS(patch(queue, {0, 0, 0, 8}, 3, 3), ShapeError);
  CHECK_THROWS_AS(patch(queue, {0, 0, 0, 4}, 2, 3), ShapeError);
  std::vector<float> stack = numbered_stack(), out(9);
  CHECK_THROWS_AS(crop(queue, View<const float>(stack.data(), 2, 4, 5, 1), std::vector<Crop>(2),
                       View<float>(out.data(), 1, 3, 3, 1)),
                  ShapeError);
}
