#include "data/dataset/grid.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

TEST_CASE("A grid is found from cell centres in any order, with gaps and rounding") {
  // Columns 0 1 2 4 5 of step 0.5 from -10, rows 0 1 2 of step 0.25 from 40.
  const std::vector<double> x = {-8, -10, -9.5, -9, -7.500001, -9.5, -10},
                            y = {40.25, 40, 40.5, 40, 40.25, 40.000002, 40.5};
  const Grid grid = grid_of_centres(x, y);
  CHECK(grid.rows == 3);
  CHECK(grid.columns == 6);
  CHECK(grid.x_origin == doctest::Approx(-10).epsilon(1e-6));
  CHECK(grid.x_step == doctest::Approx(0.5).epsilon(1e-5));
  CHECK(grid.y_origin == doctest::Approx(40).epsilon(1e-6));
  CHECK(grid.y_step == doctest::Approx(0.25).epsilon(1e-5));
  CHECK(grid.crs == "EPSG:4326");
  for (size_t i = 0; i < x.size(); ++i) CHECK(grid.cell_at(x[i], y[i], centre_tolerance_degrees));
  CHECK(*grid.cell_at(-7.5, 40.25, 1e-4) == Cell{1, 5});
}

TEST_CASE("A stray centre does not bend the grid, and is found to be off it") {
  std::vector<double> x, y;
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 9; ++j) {
      x.push_back(10 + 0.1 * j);
      y.push_back(50 + 0.2 * i);
    }
  x[13] += 0.037;
  const Grid grid = grid_of_centres(x, y);
  CHECK(grid.columns == 9);
  CHECK(grid.x_step == doctest::Approx(0.1));
  for (size_t k = 0; k < x.size(); ++k) CHECK(grid.cell_at(x[k], y[k], 1e-4).has_value() == (k != 13));
}

TEST_CASE("A cell is found within the tolerance only, and never outside") {
  const Grid grid{4, 5, 100, 1, 20, -2, "EPSG:4326"};  // rows from north to south
  CHECK(*grid.cell_at(104, 14, 1e-4) == Cell{3, 4});
  CHECK(*grid.cell_at(100.00009, 20, 1e-4) == Cell{0, 0});
  CHECK(!grid.cell_at(100.00011, 20, 1e-4));
  CHECK(!grid.cell_at(100, 20.00011, 1e-4));
  CHECK(!grid.cell_at(105, 20, 1e-4));
  CHECK(!grid.cell_at(99, 20, 1e-4));
  CHECK(!grid.cell_at(100, 22, 1e-4));
  CHECK(!grid.cell_at(0.0 / 0.0, 20, 1e-4));
}

TEST_CASE("Centres that form no grid are refused") {
  const std::vector<double> one = {1, 1, 1}, two = {1, 2, 3};
  CHECK_THROWS_NAMING(Error, grid_of_centres(one, two), "longitudes");
  CHECK_THROWS_NAMING(Error, grid_of_centres(two, one), "latitudes");
  const std::vector<double> wild = {0, 0.001, 0.002, 0.003, 1000};
  CHECK_THROWS_NAMING(Error, grid_of_centres(wild, wild), "regular grid");
}
