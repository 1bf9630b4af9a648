#include "data/regression/local_regression.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>

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

TEST_CASE("Local regression: a law that changes over space is followed, by as many neighbours as suit it") {
  const Scene steps([](int column) { return column < 30 ? 2.0 : -1.0; });
  const LocalRegression narrow = steps.fit(0, steps.all);
  CHECK(narrow.neighbours() >= LocalRegression::least_neighbours(1));
  CHECK(narrow.neighbours() < 100);
  CHECK(steps.worst(0, narrow, 0, 20) < 0.1);
  CHECK(steps.worst(0, narrow, 40, 60) < 0.1);

  // Slow changes and much noise ask for more; one law, for all.
  Scene slow([](int column) { return 1 + 0.5 * std::cos(0.05 * column); }), one([](int) { return 2.0; });
  Random random(9);
  for (Scene* scene : {&slow, &one})
    for (float& v : scene->target) v += 0.3f * float(random.normal());
  const int some = slow.fit(0, slow.all).neighbours();
  CHECK(some > 1.5 * narrow.neighbours());
  CHECK(some < 1200);
  CHECK(one.fit(0, one.all).neighbours() > 1500);
}

TEST_CASE("Local regression: noise that neighbours share is taken for no law") {
  Scene scene([](int) { return 2.0; });
  Random random(4);
  std::vector<float> noise(scene.target.size());
  for (float& v : noise) v = float(random.normal());
  for (int i = 1; i < 39; ++i)
    for (int j = 1; j < 59; ++j)
      for (int k = 0; k < 9; ++k)
        scene.target[size_t(i * 60 + j)] += 0.1f * noise[size_t((i + k / 3 - 1) * 60 + j + k % 3 - 1)];
  CHECK(scene.fit(0, scene.all).neighbours() > 200);
}

TEST_CASE("Local regression: a flipped image has the flipped predictions") {
  constexpr int rows = 26, columns = 31;
  Random random(6);
  std::vector<float> channel, target;
  for (int i = 0; i < rows * columns; ++i) {
    channel.push_back(float(random.uniform(0, 1)));
    target.push_back(float((1 + std::sin(0.2 * (i % columns)) + 0.05 * (i / columns)) * double(channel.back()) +
                           0.2 * random.normal()));
  }
  const auto predicted = [&](bool upside_down, bool mirrored) {
    const auto flipped = [&](const std::vector<float>& image) {
      std::vector<float> other;
      for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
          other.push_back(image[size_t((upside_down ? rows - 1 - r : r) * columns + (mirrored ? columns - 1 - c : c))]);
      return other;
    };
    const std::vector<float> x = flipped(channel);
    const View<const float> view{x.data(), 1, rows, columns, 1};
    const Mask all(x.size(), 1);
    const LocalRegression fit(view, flipped(target), 0, all, all);
    return flipped(fit.predict(view, fit.coefficients()));
  };
  const std::vector<float> upright = predicted(false, false);
  for (const auto& [upside_down, mirrored] : {std::pair(true, false), std::pair(false, true), std::pair(true, true)}) {
    const std::vector<float> other = predicted(upside_down, mirrored);
    double largest = 0;
    for (size_t i = 0; i < other.size(); ++i)
      largest = std::max(largest, std::abs(double(other[i]) - double(upright[i])));
    CHECK(largest < 1e-4);
  }
}

TEST_CASE("Local regression: far from the cells that it is given, the nearest of them tell; of too few, all do") {
  const Scene scene([](int column) { return column < 5 ? 2.0 : column < 20 ? 1.0 : -1.0; });
  const auto slope = [&](const LocalRegression& fit, size_t column) { return double(fit.coefficients()[1][column]); };
  const LocalRegression global = scene.fit(0, Mask(2 * cells, 0));
  const double deviation = std::sqrt(1.0 / 12);  // of the channel, which slopes are told by
  CHECK(global.neighbours() == 0);
  CHECK(slope(global, 0) == slope(global, 59));
  CHECK(slope(global, 0) == doctest::Approx(-0.417 * deviation).epsilon(0.1));
  Mask left = scene.all;
  for (size_t i = 0; i < left.size(); ++i) left[i] = i % 60 < 20;
  const LocalRegression near_left = scene.fit(0, left);
  CHECK(slope(near_left, 59) == doctest::Approx(deviation).epsilon(0.1));
  CHECK(slope(near_left, 0) == doctest::Approx(2 * deviation).epsilon(0.1));
}

TEST_CASE("Local regression: further than 8 cells from all channels the law of all cells holds, nearer the nearest's") {
  Scene scene([](int column) { return column < 10 ? 2.0 : -1.0; });
  Scene cut = scene;
  for (size_t i = 0; i < cut.channel.size(); ++i)
    if (i % 60 >= 30) cut.channel[i] = std::numeric_limits<float>::quiet_NaN(), cut.all[i] = 0;
  scene.all = cut.all;
  const LocalRegression whole = scene.fit(0, scene.all), part = cut.fit(0, cut.all),
                        all = cut.fit(0, Mask(2 * cells, 0));
  const auto slope = [](const LocalRegression& fit, size_t column) { return fit.coefficients()[1][20 * 60 + column]; };
  REQUIRE(part.neighbours() == whole.neighbours());
  for (const size_t column : {0, 15, 29, 37}) CHECK(slope(part, column) == slope(whole, column));
  CHECK(slope(part, 59) == slope(all, 59));
  CHECK(slope(part, 59) != slope(whole, 59));
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
