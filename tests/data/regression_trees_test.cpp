#include "data/regression/regression_trees.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr Shape shape{1, 60, 60, 2};

// Two channels in 0..1 and a target with a jump and a bend in the first, a slope in the second.
struct Scene {
  std::vector<float> channels, target, weights;

  Scene() : weights(size_t(shape.pixels()), 1) {
    Random random(7);
    for (int64_t i = 0; i < shape.pixels(); ++i) {
      const float a = float(random.uniform()), b = float(random.uniform());
      channels.push_back(a), channels.push_back(b), target.push_back(law(a, b));
    }
  }
  static float law(float a, float b) { return (a < 0.5f ? 2 * a : 3 - a) + 0.5f * b; }
  View<const float> view() const { return {channels.data(), shape}; }
  RegressionTrees trees() const { return {view(), target, weights, 3}; }
};

}  // namespace

TEST_CASE("Trees: a law in pieces is found, off the cells that they learnt from") {
  const RegressionTrees trees = Scene().trees();
  std::vector<float> channels;
  std::vector<double> expected;
  for (const float a : {0.05f, 0.2f, 0.35f, 0.45f, 0.55f, 0.7f, 0.9f})
    for (const float b : {0.1f, 0.5f, 0.9f}) {
      channels.push_back(a), channels.push_back(b);
      expected.push_back(double(Scene::law(a, b)));
    }
  const auto predicted = trees.predict({channels.data(), 1, 1, int(expected.size()), 2});
  double worst = 0;
  for (size_t i = 0; i < expected.size(); ++i) worst = std::max(worst, std::abs(double(predicted[i]) - expected[i]));
  CHECK(worst < 0.1);  // one line through all would be 0.5 off
}

TEST_CASE("Trees: a bin ends at the last value of its share") {
  constexpr size_t half = 320;  // of 64 bins of 10 values
  std::vector<float> channel, target;
  for (size_t i = 0; i < 2 * half; ++i) channel.push_back(float(i)), target.push_back(i < half ? 0.0f : 1.0f);
  const View<const float> view{channel.data(), 1, 1, int(2 * half), 1};
  const auto predicted = RegressionTrees(view, target, std::vector<float>(2 * half, 1.0f), 3).predict(view);
  CHECK(predicted[half - 1] == doctest::Approx(0));
  CHECK(predicted[half] == doctest::Approx(1));
}

TEST_CASE("Trees: no leaf tells much more than its targets") {
  const std::vector<float> channels = {-50, 0.5f, 50, 0.5f};
  const auto predicted = Scene().trees().predict({channels.data(), 1, 1, 2, 2});
  CHECK(predicted[0] > -1);
  CHECK(predicted[1] > 1);
}

TEST_CASE("Trees: cells without weight have no say, missing channels give missing values") {
  Scene scene;
  const auto before = scene.trees().predict(scene.view());
  for (size_t i = 0; i < scene.weights.size(); i += 3) scene.weights[i] = 0;
  const auto without = scene.trees().predict(scene.view());
  CHECK(without != before);
  for (size_t i = 0; i < scene.weights.size(); i += 3) scene.target[i] = 1000;
  CHECK(scene.trees().predict(scene.view()) == without);
  const RegressionTrees trees = scene.trees();
  scene.channels[11] = std::numeric_limits<float>::quiet_NaN();
  const auto after = trees.predict(scene.view());
  CHECK(std::isnan(after[5]));
  CHECK(std::count_if(after.begin(), after.end(), [](float v) { return std::isnan(v); }) == 1);
}

TEST_CASE("Trees: the same bits at any number of threads") {
  const Scene scene;
  set_threads(1);
  const auto alone = scene.trees().predict(scene.view());
  set_threads(3);
  CHECK(scene.trees().predict(scene.view()) == alone);
  set_threads(0);
}

TEST_CASE("Trees: what does not fit is refused") {
  Scene scene;
  CHECK_THROWS_NAMING(ShapeError, RegressionTrees(scene.view(), scene.target, std::vector<float>(5), 0), "5 weights");
  CHECK_THROWS_NAMING(ShapeError, scene.trees().predict({scene.channels.data(), 1, 1, 1, 3}), "got 3");
  std::fill(scene.weights.begin(), scene.weights.end(), 0.0f);
  CHECK_THROWS_NAMING(Error, scene.trees(), "weight above 0");
}
