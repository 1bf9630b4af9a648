#include "data/correction/spatial_correlation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
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

TEST_CASE(
    "Sums of several lengths are weighted, added to an image, and scaled; nothing is where the scale is not above 0") {
  constexpr int rows = 35, columns = 70;
  const std::vector<double> image = noise(rows * columns);
  std::vector<double> near = image, far = image, before = noise(rows * columns + 1);
  correlate(near, rows, columns, 2), correlate(far, rows, columns, 20);
  std::vector<float> scale;
  for (const double v : image) scale.push_back(v > 1 ? std::numeric_limits<float>::quiet_NaN() : float(v));
  SpatialCorrelation<double> both(rows, columns, {2, 20});
  SpatialCorrelation<float> single(rows, columns, {2, 20});
  const std::vector<float> single_image(image.begin(), image.end());
  std::vector<double> sum(image.size()), scaled = before;
  std::vector<float> single_sum(image.size());
  both.along_rows(image.data()), single.along_rows(single_image.data());
  const SpatialCorrelation<double>::Sum sums[] = {{{0.5, 2}, sum.data(), nullptr, nullptr},
                                                  {{3, 0}, scaled.data(), scaled.data(), scale.data()}};
  both.along_columns(sums);
  const SpatialCorrelation<float>::Sum of_single{{0.5, 2}, single_sum.data(), nullptr, nullptr};
  single.along_columns({&of_single, 1});
  for (size_t i = 0; i < sum.size(); ++i) {
    CHECK(sum[i] == doctest::Approx(0.5 * near[i] + 2 * far[i]));
    CHECK(std::abs(double(single_sum[i]) - sum[i]) < 1e-4 * (1 + std::abs(sum[i])));
    CHECK(scaled[i] == doctest::Approx(scale[i] > 0 ? double(scale[i]) * (before[i] + 3 * near[i]) : 0));
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
