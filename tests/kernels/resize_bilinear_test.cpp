#include "kernels/resize_bilinear.hpp"

#include "by_hand.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

constexpr float na = missing_value;

// Along the row and along the column.
void check_resize(const std::vector<float>& x, const std::vector<float>& y, double tolerance = 1e-5) {
  const int from = int(x.size()), to = int(y.size());
  on_both_devices([&](Queue& queue) {
    std::vector<float> out(y.size(), na);
    resize_bilinear<float>(queue, View<const float>(x.data(), 1, 1, from, 1), View<float>(out.data(), 1, 1, to, 1));
    check_values(out, y, tolerance);
    resize_bilinear<float>(queue, View<const float>(x.data(), 1, from, 1, 1), View<float>(out.data(), 1, to, 1, 1));
    check_values(out, y, tolerance);
  });
}

}  // namespace

TEST_CASE("values worked out by hand") {
  check_resize({0, 1}, {0, 0.25f, 0.75f, 1}, 0);
  check_resize({0, 10, 20, 30}, {0, 7, 15, 23, 30});  // centres at -0.1, 0.7, 1.5, 2.3, 3.1
  check_resize({0, 10, 20, 30}, {5, 25}, 0);          // centres at 0.5, 2.5
  check_resize({4}, {4, 4, 4}, 0);
  check_resize({1, 2, 3}, {1, 2, 3}, 0);
}

TEST_CASE("two sides at once") {
  on_both_devices([](Queue& queue) {
    const std::vector<float> x = {0, 4, 8, 12};
    std::vector<float> y(16);
    resize_bilinear<float>(queue, View<const float>(x.data(), 1, 2, 2, 1), View<float>(y.data(), 1, 4, 4, 1));
    check_values(y, {0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12});
  });
}

TEST_CASE("NaN spreads no further than its weight") {
  check_resize({na, 1}, {na, na, na, 1}, 0);
  check_resize({1, na}, {1, na, na, na}, 0);
  check_resize({1, na, 3}, {1, na, 3}, 0);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  check_resize({infinity, 1}, {infinity, infinity, infinity, 1}, 0);
}

TEST_CASE("the gradient is the transpose") {
  on_both_devices([](Queue& queue) {
    const std::vector<float> dy = {1, 2, 3, 4, 5};
    std::vector<float> dx(4, na);
    resize_bilinear_backward<float>(queue, View<const float>(dy.data(), 1, 1, 5, 1),
                                    View<float>(dx.data(), 1, 1, 4, 1));
    check_values(dx, {1 + 0.3f * 2, 0.7f * 2 + 0.5f * 3, 0.5f * 3 + 0.7f * 4, 0.3f * 4 + 5}, 1e-6);
    resize_bilinear_backward<float>(queue, View<const float>(dy.data(), 1, 5, 1, 1), View<float>(dx.data(), 1, 4, 1, 1),
                                    Into::add);
    check_values(dx, {3.2f, 5.8f, 8.6f, 12.4f}, 2e-6);
  });
}

TEST_CASE("wrong shapes are refused") {
  Queue queue(Device::cpu);
  std::vector<float> x(4), y(4);
  CHECK_THROWS_AS(
      resize_bilinear<float>(queue, View<const float>(x.data(), 1, 2, 2, 1), View<float>(y.data(), 1, 1, 2, 2)),
      ShapeError);
  CHECK_THROWS_AS(
      resize_bilinear<float>(queue, View<const float>(x.data(), 0, 0, 0, 1), View<float>(y.data(), 0, 2, 2, 1)),
      ShapeError);
}
