#include "data/local_regression.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr Shape shape{2, 40, 60, 1};
constexpr size_t cells = 40 * 60;

// One channel; the target is `slope` times it, plus 1.
struct Scene {
  std::vector<float> channel, target;
  Mask all = Mask(2 * cells, 1);

  template <class Slope>
  explicit Scene(Slope slope) {
    Random random(3);
    for (int k = 0; k < int(2 * cells); ++k) {
      channel.push_back(float(random.uniform(0, 1)));
      target.push_back(1 + float(slope(k % 60)) * channel.back());
    }
  }
  View<const float> view() const { return {channel.data(), shape}; }
  View<const float> window(int n) const { return {channel.data() + size_t(n) * cells, 1, shape.h, shape.w, 1}; }
  LocalRegression fit(int n, const Mask& near) const { return {view(), target, n, near, all}; }
  double worst(int n, const LocalRegression& fit, int from, int to) const {
    const auto predicted = fit.predict(window(n), fit.coefficients());
    double largest = 0;
    for (size_t i = 0; i < cells; ++i)
      if (int(i % 60) >= from && int(i % 60) < to)
        largest = std::max(largest, std::abs(double(predicted[i]) - double(target[size_t(n) * cells + i])));
    return largest;
  }
};

}  // namespace

TEST_CASE("Local regression: one law everywhere is exact everywhere") {
  const Scene scene([](int) { return 2.0; });
  const LocalRegression fit = scene.fit(1, scene.all);
  CHECK(scene.worst(1, fit, 0, 60) < 1e-5);
}

TEST_CASE("Local regression: a law that changes over space is followed, by a bandwidth that suits it") {
  const Scene steps([](int column) { return column < 30 ? 2.0 : -1.0; });
  const LocalRegression narrow = steps.fit(0, steps.all);
  CHECK(narrow.bandwidth() == 2);
  CHECK(steps.worst(0, narrow, 0, 20) < 0.2);
  CHECK(steps.worst(0, narrow, 40, 60) < 0.2);

  Scene noisy([](int) { return 2.0; });
  Random random(9);
  for (float& v : noisy.target) v += 0.3f * float(random.normal());
  CHECK(noisy.fit(0, noisy.all).bandwidth() >= 8);
}

TEST_CASE("Local regression: far from the cells that it is given, all of them tell") {
  const Scene scene([](int column) { return column < 5 ? 2.0 : -1.0; });
  const auto slope = [&](const LocalRegression& fit, size_t column) { return double(fit.coefficients()[1][column]); };
  const LocalRegression global = scene.fit(0, Mask(2 * cells, 0));
  const double deviation = std::sqrt(1.0 / 12);  // of the channel, which slopes are told by
  CHECK(slope(global, 0) == doctest::Approx(slope(global, 59)));
  CHECK(slope(global, 0) == doctest::Approx(-0.75 * deviation).epsilon(0.1));
  Mask left = scene.all;
  for (size_t i = 0; i < left.size(); ++i) left[i] = i % 60 < 10;
  const LocalRegression near_left = scene.fit(0, left);
  REQUIRE(near_left.bandwidth() == 2);
  CHECK(slope(near_left, 59) == doctest::Approx(slope(global, 59)));
  CHECK(slope(near_left, 0) > 1.5 * deviation);
}

TEST_CASE("Local regression: missing cells, few cells, any number of threads") {
  Scene scene([](int column) { return 0.05 * column; });
  scene.channel[7] = std::numeric_limits<float>::quiet_NaN();
  scene.all[7] = 0;
  set_threads(1);
  const LocalRegression alone = scene.fit(0, scene.all);
  set_threads(3);
  CHECK(scene.fit(0, scene.all).coefficients() == alone.coefficients());
  set_threads(0);
  const auto predicted = alone.predict(scene.window(0), alone.coefficients());
  for (size_t i = 0; i < cells; ++i) CHECK(std::isnan(predicted[i]) == (i == 7));
  std::fill(scene.all.begin() + 1, scene.all.end(), uint8_t(0));
  CHECK_THROWS_NAMING(Error, scene.fit(0, scene.all), "fitted to 1 cells");
}
