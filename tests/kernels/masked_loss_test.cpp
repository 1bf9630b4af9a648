#include "kernels/masked_loss.hpp"

#include "by_hand.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

constexpr float na = missing_value;

void check_loss(Loss loss, const std::vector<float>& prediction, const std::vector<float>& target, double sum,
                int64_t count, const std::vector<float>& gradient) {
  const Shape shape = {1, 1, int(target.size()), 1};
  on_both_devices([&](Queue& queue) {
    LossSum<float> value{7, 7};
    std::vector<float> got(target.size(), na);
    masked_loss<float>(queue, loss, View<const float>(prediction.data(), shape),
                       View<const float>(target.data(), shape), &value, View<float>(got.data(), shape));
    CHECK(value.sum == doctest::Approx(sum).epsilon(1e-12));
    CHECK(value.count == count);
    check_values(got, gradient, 1e-7);
  });
}

}  // namespace

TEST_CASE("mean squared error: a missing target counts for nothing") {
  check_loss({LossKind::mse}, {1, 5, 2, -1}, {0, na, 4, -1}, 1 + 4, 3, {2.0f / 3, 0, -4.0f / 3, 0});
}

TEST_CASE("mean absolute error") {
  check_loss({LossKind::mae}, {1, 5, 2, -1}, {0, na, 4, -1}, 1 + 2, 3, {1.0f / 3, 0, -1.0f / 3, 0});
}

TEST_CASE("huber: squared near 0, straight beyond delta") {
  // errors 0.25, -3, 0.5 with delta 0.5: 0.03125, 0.5 (3 - 0.25), 0.125
  check_loss({LossKind::huber, 0.5}, {0.25f, 7, -3, 1.5f}, {0, na, 0, 1}, 0.03125 + 1.375 + 0.125, 3,
             {0.25f / 3, 0, -0.5f / 3, 0.5f / 3});
}

TEST_CASE("no target at all: no loss, no gradient") {
  for (LossKind kind : {LossKind::mse, LossKind::mae, LossKind::huber})
    check_loss({kind}, {1, na}, {na, na}, 0, 0, {0, 0});
}

TEST_CASE("a missing prediction of a target that is there is NaN, not nothing") {
  on_both_devices([](Queue& queue) {
    const std::vector<float> prediction = {na, 1}, target = {1, 1};
    std::vector<float> gradient(2);
    for (LossKind kind : {LossKind::mse, LossKind::mae, LossKind::huber}) {
      LossSum<float> value;
      masked_loss<float>(queue, {kind}, View<const float>(prediction.data(), 1, 1, 2, 1),
                         View<const float>(target.data(), 1, 1, 2, 1), &value,
                         View<float>(gradient.data(), 1, 1, 2, 1));
      CHECK(std::isnan(value.sum));
      CHECK(value.count == 2);
      check_values(gradient, {na, 0});
    }
  });
}

TEST_CASE("sums of several calls gather; a gradient is that of its own call's mean") {
  on_both_devices([](Queue& queue) {
    const std::vector<float> prediction = {1, 3, 2}, target = {0, 0, na};
    std::vector<float> gradient(3);
    LossSum<float> value{7, 7};
    const auto add_loss_of = [&](int cells, Into into) {
      const Shape shape = {1, 1, cells, 1};
      masked_loss<float>(queue, {}, View<const float>(prediction.data(), shape),
                         View<const float>(target.data(), shape), &value, View<float>(gradient.data(), shape), into);
    };
    add_loss_of(3, Into::write);
    add_loss_of(1, Into::add);
    CHECK(value.sum == 1 + 9 + 1);
    CHECK(value.count == 3);
    check_values(gradient, {2, 3, 0});
  });
}

TEST_CASE("the sum is taken in double") {
  const int size = 1 << 20;
  const std::vector<float> prediction(size, 0.1f), target(size, 0);
  std::vector<float> gradient(size);
  on_both_devices([&](Queue& queue) {
    LossSum<float> value;
    masked_loss<float>(queue, {LossKind::mae}, View<const float>(prediction.data(), 1, 1, size, 1),
                       View<const float>(target.data(), 1, 1, size, 1), &value,
                       View<float>(gradient.data(), 1, 1, size, 1));
    CHECK(value.sum == doctest::Approx(size * double(0.1f)).epsilon(1e-12));
  });
}

TEST_CASE("wrong shapes are refused") {
  Queue queue(Device::cpu);
  std::vector<float> x(4);
  LossSum<float> value;
  CHECK_THROWS_AS(
      masked_loss<float>(queue, {}, View<const float>(x.data(), 1, 2, 2, 1), View<const float>(x.data(), 1, 1, 4, 1),
                         &value, View<float>(x.data(), 1, 2, 2, 1)),
      ShapeError);
}
