#include "data/regression/area_to_point.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "data/dataset/resample.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

std::vector<float> noise(size_t count) {
  Random random(5);
  std::vector<float> values(count);
  for (float& v : values) v = float(random.normal());
  return values;
}

// Fields of 32 x 32 cells with the variogram 1 - exp(-h / 8).
class Fields {
 public:
  static constexpr int side = 32;

  Fields() : random_(11) {
    Eigen::MatrixXd covariance(side * side, side * side);
    for (int a = 0; a < side * side; ++a)
      for (int b = 0; b < side * side; ++b)
        covariance(a, b) = std::exp(-std::hypot(a / side - b / side, a % side - b % side) / 8);
    root_ = covariance.llt().matrixL();
  }
  std::vector<float> draw() {
    Eigen::VectorXd normal(side * side);
    for (double& v : normal) v = random_.normal();
    const Eigen::VectorXf field = (root_ * normal).cast<float>();
    return {field.begin(), field.end()};
  }

 private:
  Random random_;
  Eigen::MatrixXd root_;
};

double mean_square(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::pow(double(a[i]) - double(b[i]), 2);
  return sum / double(a.size());
}

}  // namespace

TEST_CASE("Kriged cells give the blocks' values back, beside missing ones and at the edges too") {
  for (const int factor : {2, 3, 4}) {
    const Shape fine{2, 9 * factor, 11 * factor, 1};
    std::vector<float> blocks = noise(2 * 9 * 11);
    for (const size_t gap : {0u, 14u, 15u, 26u, 150u}) blocks[gap] = none;
    const auto back = block_mean(area_to_point(blocks, fine, factor), fine, factor);
    REQUIRE(back.size() == blocks.size());
    for (size_t i = 0; i < blocks.size(); ++i) {
      CHECK(std::isnan(back[i]) == std::isnan(blocks[i]));
      if (!std::isnan(blocks[i])) CHECK(back[i] == doctest::Approx(double(blocks[i])).epsilon(1e-4));
    }
  }
}

TEST_CASE("A constant stays one") {
  for (const float v : area_to_point(std::vector<float>(48, 2.5f), {1, 24, 32, 1}, 4)) CHECK(v == doctest::Approx(2.5));
}

TEST_CASE("The cells' variogram is found from the blocks', and kriging with it beats interpolation") {
  constexpr int factor = 4, side = Fields::side / factor, draws = 40, apart = side + 7;
  std::vector<float> blocks(size_t(side * draws * apart), none);
  Fields fields;
  double kriged = 0, bilinear = 0;
  const Shape fine{1, Fields::side, Fields::side, 1};
  for (int draw = 0; draw < draws; ++draw) {
    const std::vector<float> field = fields.draw(), mean = block_mean(field, fine, factor);
    for (int i = 0; i < side; ++i)
      std::copy_n(mean.begin() + i * side, side, blocks.begin() + i * draws * apart + draw * apart);
    kriged += mean_square(area_to_point(mean, fine, factor), field);
    bilinear += mean_square(refine(mean, fine, factor, Interpolation::bilinear), field);
  }
  const CellVariogram found = deconvolve_variogram(blocks, side, draws * apart, factor);
  CHECK(found.range > 5);
  CHECK(found.range < 13);
  CHECK(found.sill == doctest::Approx(1).epsilon(0.25));
  CHECK(kriged < 0.95 * bilinear);
}

TEST_CASE("The same bits at any number of threads; blocks that do not fit are refused") {
  const std::vector<float> blocks = noise(12 * 12);
  const Shape fine{1, 36, 36, 1};
  set_threads(1);
  const auto alone = area_to_point(blocks, fine, 3);
  set_threads(3);
  CHECK(area_to_point(blocks, fine, 3) == alone);
  set_threads(0);
  CHECK_THROWS_NAMING(ShapeError, area_to_point(blocks, fine, 4), "144 blocks");
}
