#include "kernels/footprint_mean.hpp"

#include <doctest/doctest.h>

#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::kernels;

namespace {

FootprintMatrix three_footprints() {
  FootprintMatrix matrix;
  matrix.add_entry(0, 0.5f), matrix.add_entry(3, 0.25f), matrix.end_footprint();
  matrix.add_entry(3, 1), matrix.end_footprint();
  matrix.end_footprint();
  return matrix;
}

}  // namespace

TEST_CASE("Means and their adjoint, by hand") {
  FootprintMatrix matrix = three_footprints();
  const Footprints f = matrix.view(4);
  Queue queue(Device::cpu);
  const std::vector<float> x = {2, 100, 100, 8}, dy = {10, 3, 100};
  std::vector<float> y(3, -1), dx = {1, 1, 1, 1};
  footprint_mean<float>(queue, f, {x.data(), 1, 2, 2, 1}, {y.data(), 3, 1, 1, 1});
  CHECK(y == std::vector<float>{3, 8, 0});
  footprint_mean_backward<float>(queue, f, {dy.data(), 3, 1, 1, 1}, {dx.data(), 1, 2, 2, 1}, Into::add);
  CHECK(dx == std::vector<float>{6, 1, 1, 6.5f});
  footprint_mean_backward<float>(queue, f, {dy.data(), 3, 1, 1, 1}, {dx.data(), 1, 2, 2, 1});
  CHECK(dx == std::vector<float>{5, 0, 0, 5.5f});
}

TEST_CASE("Shapes that do not fit are named") {
  FootprintMatrix matrix = three_footprints();
  const Footprints f = matrix.view(4);
  Queue queue(Device::cpu);
  std::vector<float> x(8), y(3);
  CHECK_THROWS_NAMING(
      ShapeError,
      footprint_mean<float>(queue, f, View<const float>(x.data(), 1, 2, 3, 1), View<float>(y.data(), 3, 1, 1, 1)),
      "3 footprints", "4 cells", "(1, 2, 3, 1)");
  CHECK_THROWS_NAMING(ShapeError, matrix.view(3), "no cell 3");
}

TEST_CASE("A matrix can be filled anew") {
  FootprintMatrix matrix = three_footprints();
  matrix.view(4);
  matrix.clear();
  CHECK(matrix.footprints() == 0);
  matrix.add_entry(1, 2), matrix.end_footprint();
  const Footprints f = matrix.view(2);
  Queue queue(Device::cpu);
  const std::vector<float> x = {5, 7};
  float y = 0;
  footprint_mean<float>(queue, f, {x.data(), 1, 1, 2, 1}, {&y, 1, 1, 1, 1});
  CHECK(y == 14);
}
