#include "data/footprint_conservation.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>

#include "data/calendar.hpp"
#include "data/spatial_correlation.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

// A window on cells of a hundredth of a degree; footprints in units of cells.
struct Scene {
  Scene(int rows, int columns) {
    dataset.grid = {rows, columns, 0.005, 0.01, 10 - 0.005, -0.01, "EPSG:4326"};
    dataset.windows = {"2019-05-25"};
    dataset.coarse_factor = 4;
  }

  void add(double sif, double error, double left, double top, double right, double bottom) {
    Soundings& s = dataset.soundings;
    const double west = left / 100, east = right / 100, north = 10 - top / 100, south = 10 - bottom / 100;
    s.sif.push_back(float(sif)), s.error.push_back(float(error));
    s.longitude.push_back((west + east) / 2), s.latitude.push_back((north + south) / 2);
    s.longitudes.push_back({west, east, east, west}), s.latitudes.push_back({north, north, south, south});
    s.time.push_back(day_number({2019, 5, 25}) * 86400.0 + 1000);
    s.sza.push_back(0), s.vza.push_back(0), s.cloud_fraction.push_back(0);
  }

  // `count` footprints of 7 x 3.5 cells anywhere, that tell the map's mean and normal noise.
  void add_soundings(int count, const std::vector<float>& map, double error, double noise) {
    Random random(5, 1);
    const int first = int(dataset.soundings.size());
    for (int k = 0; k < count; ++k) {
      const double x = random.uniform(0.01, dataset.grid.columns - 7.01),
                   y = random.uniform(0.01, dataset.grid.rows - 3.51);
      add(0, error, x, y, x + 7, y + 3.5);
    }
    const SoundingCells cells(dataset);
    REQUIRE(int(cells.size()) == first + count);
    for (size_t i = size_t(first); i < cells.size(); ++i)
      dataset.soundings.sif[i] = float(cells.mean(i, map) + noise * random.normal());
  }

  size_t cells() const { return size_t(dataset.grid.cells()); }

  FootprintFit conserve(std::vector<float>& map, const MapError& error) const {
    return conserve_footprints(map, dataset.grid, SoundingCells(dataset), 0, error);
  }
  double estimate(const std::vector<float>& map, double length) const {
    return estimate_map_error(map, dataset.grid, SoundingCells(dataset), 0, length).sigma;
  }

  Dataset dataset;
};

std::vector<float> rough_map(size_t cells, uint64_t seed) {
  std::vector<float> map;
  Random random(seed);
  for (size_t p = 0; p < cells; ++p) map.push_back(float(1 + 0.5 * random.normal()));
  return map;
}

// A field of this standard deviation and correlation.
std::vector<float> smooth_field(int rows, int columns, double sigma, double length) {
  constexpr int margin = 40;
  std::vector<double> wide;
  Random random(11);
  for (int p = 0; p < (rows + 2 * margin) * (columns + 2 * margin); ++p) wide.push_back(random.normal());
  correlate(wide, rows + 2 * margin, columns + 2 * margin, length);
  std::vector<float> field;
  double squares = 0;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) {
      field.push_back(float(wide[size_t((i + margin) * (columns + 2 * margin) + j + margin)]));
      squares += std::pow(double(field.back()), 2);
    }
  for (float& v : field) v *= float(sigma / std::sqrt(squares / double(field.size())));
  return field;
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
  const FootprintFit fit = scene.conserve(map, {0.3, 4});
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
  const FootprintFit fit = scene.conserve(map, {0.25, 4});
  const double share = 0.0625 / (0.0625 + 0.25);
  const auto moved = [&](int row, int column) { return double(map[size_t(row * 60 + column)]) - 1; };
  CHECK(moved(20, 30) == doctest::Approx(share).epsilon(1e-6));
  CHECK(moved(24, 30) == doctest::Approx(share / std::exp(1.0)).epsilon(1e-5));
  CHECK(moved(22, 27) == doctest::Approx(share * correlation(2, 3, 4)).epsilon(1e-5));
  CHECK(std::abs(moved(0, 0)) < 1e-6);
  CHECK(fit.before.mean == doctest::Approx(-2));
  CHECK(fit.before.chi2 == doctest::Approx(4));
  CHECK(fit.after.mean == doctest::Approx(-2 * (1 - share)));
  CHECK(scene.estimate(map, 4) == 0);  // one sounding tells nothing of sigma
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
  const FootprintFit fit = scene.conserve(conserved, error);
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
  scene.conserve(map, {0.3, 4});
  const SoundingCells cells(scene.dataset);
  for (size_t i = 0; i < cells.size(); ++i) CHECK(std::abs(cells.mean(i, map) - double(cells[i].sif)) < 1e-3);

  scene.add_soundings(600, rough_map(scene.cells(), 2), 1e-9, 0.5);
  CHECK_THROWS_NAMING(Error, scene.conserve(map, {0.3, 4}), "660 soundings", "errors are too small");
}

TEST_CASE("Without soundings nothing changes") {
  Scene scene(40, 60);
  scene.add(1, 0.4, 2, 2, 8, 5);
  std::vector<float> map(scene.cells(), none);
  const FootprintFit fit = scene.conserve(map, {0.3, 4});
  CHECK(fit.soundings == 0);
  CHECK(fit.correction == 0);
  CHECK(std::isnan(fit.before.chi2));
  for (const float v : map) CHECK(std::isnan(v));
}

TEST_CASE("sigma comes out of the soundings, whatever they say of their errors; a right map has none") {
  constexpr int side = 150;
  Scene scene(side, side);
  const std::vector<float> truth = rough_map(scene.cells(), 1), error = smooth_field(side, side, 0.25, 6);
  std::vector<float> map = truth;
  for (size_t p = 0; p < map.size(); ++p) map[p] -= error[p];
  for (const double told : {0.4, 0.8}) {
    scene.dataset.soundings = {};
    scene.add_soundings(4000, truth, told, 0.4);
    CHECK(scene.estimate(map, 6) == doctest::Approx(0.25).epsilon(0.15));
    CHECK(scene.estimate(truth, 6) < 0.03);
  }
  std::vector<float> same = truth;
  scene.add_soundings(500, truth, 0.4, 0);
  scene.conserve(same, {0, 6});
  CHECK(same == truth);

  // What theory promises: the corrected map is nearer to the truth.
  const auto distance = [&](const std::vector<float>& m) {
    double squares = 0;
    for (size_t p = 0; p < m.size(); ++p) squares += std::pow(double(m[p]) - double(truth[p]), 2);
    return std::sqrt(squares / double(m.size()));
  };
  std::vector<float> conserved = map;
  scene.conserve(conserved, {0.25, 6});
  CHECK(distance(map) == doctest::Approx(0.25).epsilon(1e-3));
  CHECK(distance(conserved) < 0.17);
}

TEST_CASE("The same bits at any number of threads") {
  Scene scene(90, 110);
  scene.add_soundings(3000, rough_map(scene.cells(), 2), 0.4, 0.2);
  std::vector<float> one = rough_map(scene.cells(), 1), three = one;
  const auto run = [&](std::vector<float>& map, int threads) {
    set_threads(threads);
    const double sigma = scene.estimate(map, 8);
    scene.conserve(map, {sigma + 0.1, 8});
    set_threads(0);
    return sigma;
  };
  CHECK(run(one, 1) == run(three, 3));
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
