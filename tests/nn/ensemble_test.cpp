#include "nn/ensemble.hpp"

#include <doctest/doctest.h>

#include "small_batch.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::nn;
using test::SmallBatch;

namespace {

constexpr int rows = 8, columns = 16, channels = 3;

std::shared_ptr<Trainer> network(uint64_t seed) {
  return std::make_shared<Trainer>(model_spec("unet:widths=4,bottleneck=4", channels), seed, Device::cpu);
}

const SmallBatch batch(5, rows, columns, channels, 3);

template <class Network>
std::vector<float> predictions(Network& n) {
  std::vector<float> values(size_t(batch.inputs().pixels()));
  n.predict(batch.inputs(), {values.data(), 5, rows, columns, 1});
  return values;
}

// Patches of each image, two at once.
template <class Network>
std::vector<float> of_patches(Network& n) {
  const View<const float> x = batch.inputs();
  std::vector<kernels::Crop> crops;
  for (int k = 0; k < x.n; ++k) crops.push_back({k, 0, 4, 0});
  std::vector<float> values;
  n.predict({{x.data, x.data + x.size()}, x.shape()}, {crops, 4, 8}, 2, [&](size_t first, View<const float> y) {
    CHECK(y.shape() == Shape{first == 4 ? 1 : 2, 4, 8, 1});
    CHECK(values.size() == first * 32);
    values.insert(values.end(), y.data, y.data + y.size());
  });
  return values;
}

template <class Network>
std::vector<float> gradient(Network& n) {
  const std::vector<float> weights(size_t(batch.inputs().pixels()), 1);
  std::vector<float> values(size_t(batch.inputs().size()));
  n.input_gradient(batch.inputs(), {weights.data(), 5, rows, columns, 1}, {values.data(), batch.inputs().shape()});
  return values;
}

void check_mean(const std::vector<std::vector<float>>& of, const std::vector<float>& mean) {
  REQUIRE(mean.size() == of[0].size());
  double apart = 0;
  for (size_t i = 0; i < mean.size(); ++i) {
    double sum = 0;
    for (const auto& values : of) sum += double(values[i]);
    CHECK(double(mean[i]) == doctest::Approx(sum / double(of.size())).epsilon(1e-5));
    apart += std::abs(double(of[0][i]) - double(of[1][i]));
  }
  CHECK(apart > 0);
}

}  // namespace

TEST_CASE("what an ensemble says is the mean of what its networks say") {
  const std::vector<std::shared_ptr<Trainer>> three = {network(1), network(2), network(3)};
  Ensemble ensemble(three);
  const auto of_each = [&](const auto& function) {
    return std::vector{function(*three[0]), function(*three[1]), function(*three[2])};
  };
  check_mean(of_each([](Trainer& t) { return predictions(t); }), predictions(ensemble));
  check_mean(of_each([](Trainer& t) { return of_patches(t); }), of_patches(ensemble));
  check_mean(of_each([](Trainer& t) { return gradient(t); }), gradient(ensemble));
}

TEST_CASE("an ensemble of one network is that network, bit for bit") {
  const auto one = network(1);
  Ensemble ensemble({one});
  CHECK(predictions(ensemble) == predictions(*one));
  CHECK(of_patches(ensemble) == of_patches(*one));
  CHECK(gradient(ensemble) == gradient(*one));
  CHECK_THROWS_NAMING(Error, Ensemble({}), "without networks");
}
