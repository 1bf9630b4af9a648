#include "data/splits/leak_audit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr int windows = 2, rows = 60, columns = 70;
constexpr size_t cells = size_t(windows * rows * columns);
constexpr float missing = std::numeric_limits<float>::quiet_NaN();

std::vector<float> noise(uint64_t seed) {
  Random random(seed);
  std::vector<float> values(cells);
  for (float& v : values) v = float(random.normal());
  return values;
}

double r2(const std::vector<LinearFit>& fits, const std::string& input, int neighbourhood, int window) {
  for (const LinearFit& f : fits)
    if (f.input == input && f.neighbourhood == neighbourhood && f.window == window) return f.r2;
  return -1;
}

std::vector<LinearFit> fits_of(const std::vector<std::vector<float>>& layers, const std::vector<float>& target) {
  std::vector<float> channels;
  std::vector<std::string> names;
  for (size_t c = 0; c < layers.size(); ++c) names.push_back(std::string(1, char('a' + c)));
  for (size_t i = 0; i < target.size(); ++i)
    for (const auto& layer : layers) channels.push_back(layer[i]);
  return linear_fits({channels.data(), windows, rows, columns, int(layers.size())}, names, target, {});
}

}  // namespace

TEST_CASE("Noise says nothing of noise, and a sum of two inputs is told by both together") {
  const std::vector<float> a = noise(1), b = noise(2);
  std::vector<float> sum(cells);
  for (size_t i = 0; i < cells; ++i) sum[i] = 2 * a[i] - b[i] + 1;
  const auto fits = fits_of({a, b}, sum);
  CHECK(r2(fits, "all", 1, -1) > 0.999999);
  CHECK(r2(fits, "a", 1, -1) == doctest::Approx(0.8).epsilon(0.02));
  CHECK(r2(fits, "b", 1, 1) == doctest::Approx(0.2).epsilon(0.1));
  CHECK(closest(fits, true)->r2 > leaky_r2);
  CHECK(closest(fits, false)->input == "a");
  CHECK(closest(fits_of({noise(3)}, a), false)->r2 < 0.02);
}

TEST_CASE("What is scaled anew in each window is told within the windows") {
  std::vector<float> target = noise(1), layer = target;
  for (size_t i = cells / 2; i < cells; ++i) layer[i] = 3 - layer[i];
  const auto fits = fits_of({layer}, target);
  CHECK(r2(fits, "a", 1, -1) < 0.9);
  for (const int window : {0, 1}) CHECK(r2(fits, "a", 1, window) > 0.999999);
}

TEST_CASE("A target that is a mean of neighbours is told by them, not by the cell") {
  const std::vector<float> layer = noise(1);
  std::vector<float> target(cells, missing);
  for (int n = 0; n < windows; ++n)
    for (int i = 1; i < rows - 1; ++i)
      for (int j = 1; j < columns - 1; ++j) {
        float& mean = target[size_t((n * rows + i) * columns + j)] = 0;
        for (int a = -1; a < 2; ++a)
          for (int b = -1; b < 2; ++b) mean += layer[size_t((n * rows + i + a) * columns + j + b)] / 9;
      }
  const auto fits = fits_of({layer}, target);
  CHECK(r2(fits, "a", 1, -1) < 0.2);
  CHECK(r2(fits, "a", 3, -1) > 0.999999);
  CHECK(r2(fits, "a", 5, 1) > 0.999999);
}

TEST_CASE("Too few cells prove nothing") {
  const std::vector<float> layer = noise(1);
  std::vector<float> target(cells, missing);
  for (size_t i = 0; i < 30; ++i) target[i] = float(i % 7);
  CHECK(fits_of({layer}, target).empty());
  for (size_t i = 0; i < 50; ++i) target[i] = float(i % 7);
  const auto fits = fits_of({layer}, target);
  CHECK(r2(fits, "a", 1, -1) >= 0);
  CHECK(r2(fits, "a", 3, -1) == -1);
}

TEST_CASE("Windows with the same SIF where one trains and the other tests") {
  std::vector<float> sif = noise(1);
  Mask train(cells, 0), test(cells, 0);
  for (size_t i = 0; i < cells / 2; ++i) train[i] = test[cells / 2 + i] = 1;
  CHECK(most_alike(sif, windows, train, test).share == 0);
  for (size_t i = 0; i < 420; ++i) sif[cells / 2 + i] = sif[i] * 1.000001f;
  sif[3] = missing;
  const TwinWindows twins = most_alike(sif, windows, train, test);
  CHECK(twins.train == 0);
  CHECK(twins.test == 1);
  CHECK(twins.cells == 419);
  CHECK(twins.share == doctest::Approx(419.0 / 4199));
  CHECK(most_alike(sif, windows, test, test).share == 0);  // none trains where another tests
}
