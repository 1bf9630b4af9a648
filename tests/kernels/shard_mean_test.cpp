#include "kernels/shard_mean.hpp"

#include <limits>
#include <vector>

#include "by_hand.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

TEST_CASE("shards count by their numbers of targets, and one without any does not, whatever it holds") {
  on_both_devices([](Queue& queue) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> gradients = {1, 2, nan, nan, 5, -6};
    const std::vector<LossSum<float>> losses = {{0.5, 1}, {0, 0}, {2, 3}};
    std::vector<float> mean = {9, 9};
    LossSum<float> sum = {10, 100};
    shard_mean<float>(queue, 3, 2, gradients.data(), losses.data(), mean.data(), &sum);
    CHECK(mean == std::vector<float>{1 / 4.0f + 3 / 4.0f * 5, 2 / 4.0f - 3 / 4.0f * 6});
    CHECK(sum.sum == 12.5);
    CHECK(sum.count == 104);
  });
}

TEST_CASE("a batch without targets has no gradient") {
  on_both_devices([](Queue& queue) {
    const std::vector<float> gradients = {1, 2};
    const std::vector<LossSum<float>> losses(2);
    std::vector<float> mean = {9};
    LossSum<float> sum;
    shard_mean<float>(queue, 2, 1, gradients.data(), losses.data(), mean.data(), &sum);
    CHECK(mean[0] == 0);
    CHECK(sum.count == 0);
    CHECK_THROWS_AS(shard_mean<float>(queue, 0, 1, gradients.data(), losses.data(), mean.data(), &sum), ShapeError);
  });
}
