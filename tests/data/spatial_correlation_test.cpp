#include "data/correction/spatial_correlation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

std::vector<double> noise(int size) {
  std::vector<double> values;
  Random random(3);
  for (int i = 0; i < size; ++i) values.push_back(random.normal());
  return values;
}

}  // namespace

TEST_CASE("The recursion is the sum over all cells, borders and all") {
  constexpr int rows = 7, columns = 9;
  for (const double length : {0.3, 2.5, 40.0}) {
    CAPTURE(length);
    const std::vector<double> before = noise(rows * columns);
    std::vector<double> image = before;
    correlate(image, rows, columns, length);
    const auto m = [&](int n) { return (1 + 2.1461932 * n / length) * std::exp(-2.1461932 * n / length); };
    for (int p = 0; p < rows * columns; ++p) {
      double sum = 0;
      for (int q = 0; q < rows * columns; ++q)
        sum += before[size_t(q)] * m(std::abs(p / columns - q / columns)) * m(std::abs(p % columns - q % columns));
      CHECK(image[size_t(p)] == doctest::Approx(sum).epsilon(1e-6));
    }
  }
}

TEST_CASE("The length is where the correlation has fallen to 1/e") {
  std::vector<double> image(41, 0.0);
  image[20] = 1;
  correlate(image, 1, 41, 5);
  CHECK(image[20] == doctest::Approx(1));
  CHECK(image[25] == doctest::Approx(std::exp(-1.0)));
  CHECK(image[15] == doctest::Approx(std::exp(-1.0)));
}

TEST_CASE("The same bits at any number of threads") {
  std::vector<double> one = noise(150 * 130), three = one;
  set_threads(1);
  correlate(one, 150, 130, 6);
  set_threads(3);
  correlate(three, 150, 130, 6);
  set_threads(0);
  CHECK(one == three);
}
