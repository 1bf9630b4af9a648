#include "data/features/present_means.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

std::vector<float> random_image(int rows, int columns, double share_missing) {
  std::vector<float> image;
  Random random(4, uint64_t(columns));
  for (int i = 0; i < rows * columns; ++i)
    image.push_back(random.uniform() < share_missing ? missing : float(random.normal()));
  return image;
}

}  // namespace

TEST_CASE("Means of eight neighbours, at rims and among gaps, in rows of any length") {
  for (const int columns : {1, 2, 255, 256, 257, 600})
    for (const double share : {0.0, 0.5, 0.95}) {
      constexpr int rows = 4;
      const std::vector<float> image = random_image(rows, columns, share);
      const auto row = [&](int i) { return i >= 0 && i < rows ? image.data() + i * columns : nullptr; };
      std::vector<double> mean(size_t(columns), -1);
      for (int i = 0; i < rows; ++i) {
        mean_neighbours(row(i - 1), row(i), row(i + 1), columns, mean.data());
        for (int j = 0; j < columns; ++j) {
          double sum = 0, count = 0;
          for (int y = std::max(i - 1, 0); y <= std::min(i + 1, rows - 1); ++y)
            for (int x = std::max(j - 1, 0); x <= std::min(j + 1, columns - 1); ++x)
              if (const float v = row(y)[x]; !std::isnan(v) && (y != i || x != j)) sum += double(v), ++count;
          if (count == 0)
            CHECK(std::isnan(mean[size_t(j)]));
          else
            CHECK(mean[size_t(j)] == doctest::Approx(sum / count).epsilon(1e-12));
        }
      }
    }
}

TEST_CASE("Sums and counts of what is there") {
  const std::vector<float> image = random_image(1, 99, 0.3);
  std::vector<double> sums(99, 1);
  std::vector<float> counts(99, 2);
  add_present(image.data(), 99, sums.data(), counts.data());
  for (size_t i = 0; i < 99; ++i) {
    CHECK(sums[i] == (std::isnan(image[i]) ? 1 : 1 + double(image[i])));
    CHECK(counts[i] == (std::isnan(image[i]) ? 2 : 3));
  }
}
