#include "data/footprint_conservation.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>

#include "footprint_scene.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

using test::rough_map;
using Scene = test::FootprintScene;

FootprintFit conserve(const Scene& scene, std::vector<float>& map, const MapError& error) {
  return conserve_footprints(map, scene.dataset.grid, SoundingCells(scene.dataset), 0, error);
}

double correlation(int rows, int columns, double length) {
  const auto m = [&](int n) { return (1 + 2.1461932 * n / length) * std::exp(-2.1461932 * n / length); };
  return m(std::abs(rows)) * m(std::abs(columns));
}

}  // namespace

TEST_CASE("A map that is right stays as it is") {
  Scene scene(40, 60);
  std::vector<float> map = rough_map(scene.cells(), 1);
  const std::vector<float> before = map;
  scene.add_soundings(200, map, 0.4, 0);
  const FootprintFit fit = conserve(scene, map, {0.3, 4});
  for (size_t p = 0; p < map.size(); ++p) CHECK(std::abs(map[p] - before[p]) < 1e-6f);
  CHECK(fit.soundings == 200);
  CHECK(fit.before.chi2 < 1e-10);
  CHECK(fit.correction < 1e-6);
}

TEST_CASE(
    "One sounding over one cell moves it by sigma^2 / (sigma^2 + error^2) of what it differs, others as correlated") {
  Scene scene(40, 60);
  scene.add(2, 0.5, 30, 20, 31, 21);
  std::vector<float> map(scene.cells(), 1.0f);
  const FootprintFit fit = conserve(scene, map, {0.25, 4});
  const double share = 0.0625 / (0.0625 + 0.25);
  const auto moved = [&](int row, int column) { return double(map[size_t(row * 60 + column)]) - 1; };
  CHECK(moved(20, 30) == doctest::Approx(share).epsilon(1e-6));
  CHECK(moved(24, 30) == doctest::Approx(share / std::exp(1.0)).epsilon(1e-5));
  CHECK(moved(22, 27) == doctest::Approx(share * correlation(2, 3, 4)).epsilon(1e-5));
  CHECK(std::abs(moved(0, 0)) < 1e-6);
  CHECK(fit.before.mean == doctest::Approx(-2));
  CHECK(fit.before.chi2 == doctest::Approx(4));
  CHECK(fit.after.mean == doctest::Approx(-2 * (1 - share)));
}

TEST_CASE("Many soundings, missing cells: what the dense formula says") {
  Scene scene(16, 20);
  std::vector<float> map = rough_map(scene.cells(), 1);
  scene.add_soundings(40, rough_map(scene.cells(), 2), 0.4, 0.2);
  for (size_t i = 0; i < 40; ++i) scene.dataset.soundings.error[i] = 0.2f + 0.01f * float(i);
  map[5] = map[27] = map[250] = none;
  for (size_t row : {6, 7, 8, 9})
    for (size_t column = 5; column < 13; ++column) map[row * 20 + column] = none;
  scene.dataset.soundings.error[3] = 0;
  scene.dataset.soundings.error[4] = none;
  const MapError error = {0.3, 3};

  const SoundingCells cells(scene.dataset);
  std::vector<size_t> used;
  for (size_t i = 0; i < cells.size(); ++i)
    if (!std::isnan(cells.mean(i, map)) && cells[i].error > 0) used.push_back(i);
  REQUIRE(used.size() < 38);
  REQUIRE(used.size() > 25);
  const auto n = Eigen::Index(used.size()), size = Eigen::Index(map.size());
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(n, size), C(size, size), R = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd r(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const size_t s = used[size_t(i)];
    for (size_t k = 0; k < cells.cells(s).size(); ++k)
      if (!std::isnan(map[size_t(cells.cells(s)[k])])) A(i, cells.cells(s)[k]) = double(cells.weights(s)[k]);
    A.row(i) /= A.row(i).sum();
    R(i, i) = std::pow(double(cells[s].error), 2);
    r[i] = double(cells[s].sif) - cells.mean(s, map);
  }
  for (int p = 0; p < size; ++p)
    for (int q = 0; q < size; ++q) C(p, q) = 0.09 * correlation(p / 20 - q / 20, p % 20 - q % 20, 3);
  const Eigen::VectorXd d = C * A.transpose() * (A * C * A.transpose() + R).ldlt().solve(r);

  std::vector<float> conserved = map;
  const FootprintFit fit = conserve(scene, conserved, error);
  CHECK(fit.soundings == n);
  double squares = 0, present = 0;
  for (size_t p = 0; p < map.size(); ++p) {
    CAPTURE(p);
    CHECK(std::isnan(conserved[p]) == std::isnan(map[p]));
    if (std::isnan(map[p])) continue;
    CHECK(double(conserved[p]) == doctest::Approx(double(map[p]) + d[Eigen::Index(p)]).epsilon(1e-4));
    squares += std::pow(d[Eigen::Index(p)], 2), ++present;
  }
  CHECK(fit.correction == doctest::Approx(std::sqrt(squares / present)).epsilon(1e-4));
  CHECK(fit.after.chi2 < fit.before.chi2);
}

TEST_CASE("With tiny errors the means over footprints are the soundings; errors too tiny for that are refused") {
  Scene scene(40, 60);
  scene.add_soundings(60, rough_map(scene.cells(), 2), 1e-3, 0);
  std::vector<float> map(scene.cells(), 1.5f);
  conserve(scene, map, {0.3, 4});
  const SoundingCells cells(scene.dataset);
  for (size_t i = 0; i < cells.size(); ++i) CHECK(std::abs(cells.mean(i, map) - double(cells[i].sif)) < 1e-3);

  scene.add_soundings(600, rough_map(scene.cells(), 2), 1e-9, 0.5);
  CHECK_THROWS_NAMING(Error, conserve(scene, map, {0.3, 4}), "660 soundings", "errors are too small");
}

TEST_CASE("Without soundings nothing changes") {
  Scene scene(40, 60);
  scene.add(1, 0.4, 2, 2, 8, 5);
  std::vector<float> map(scene.cells(), none);
  const FootprintFit fit = conserve(scene, map, {0.3, 4});
  CHECK(fit.soundings == 0);
  CHECK(fit.correction == 0);
  CHECK(std::isnan(fit.before.chi2));
  for (const float v : map) CHECK(std::isnan(v));
}

TEST_CASE("The same bits at any number of threads") {
  Scene scene(90, 110);
  scene.add_soundings(3000, rough_map(scene.cells(), 2), 0.4, 0.2);
  std::vector<float> one = rough_map(scene.cells(), 1), three = one;
  const auto run = [&](std::vector<float>& map, int threads) {
    set_threads(threads);
    conserve(scene, map, {0.3, 8});
    set_threads(0);
  };
  run(one, 1);
  run(three, 3);
  CHECK(one == three);
}

TEST_CASE("Soundings of other windows have no say; a step may stop it") {
  Scene scene(40, 60);
  scene.dataset.windows = {"2019-05-09", "2019-05-25"};
  scene.add(3, 0.4, 10, 10, 16, 14);
  std::vector<float> map(scene.cells(), 1.0f);
  const SoundingCells cells(scene.dataset);
  CHECK(conserve_footprints(map, scene.dataset.grid, cells, 0, {0.3, 4}).soundings == 0);
  for (const float v : map) CHECK(v == 1);
  CHECK_THROWS_AS(
      conserve_footprints(map, scene.dataset.grid, cells, 1, {0.3, 4}, [] { throw std::runtime_error("stop"); }),
      std::runtime_error);
  CHECK(conserve_footprints(map, scene.dataset.grid, cells, 1, {0.3, 4}).soundings == 1);
}
