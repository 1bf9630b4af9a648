#include "data/correction/footprint_conservation.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>

#include "footprint_scene.hpp"
#include "kernels/parallel.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

using test::rough_map;
using Scene = test::FootprintScene;

MapError passing(double sigma, double length) {
  return {{{length, sigma * sigma, 0}}};
}

FootprintFit conserve(const Scene& scene, std::vector<float>& map, const MapError& error) {
  return conserve_footprints(map, scene.dataset.grid, SoundingCells(scene.dataset), {}, error);
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
  const FootprintFit fit = conserve(scene, map, passing(0.3, 4));
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
  map[20 * 60 + 32] = 0.5f, map[20 * 60 + 33] = -0.5f;
  const FootprintFit fit = conserve(scene, map, passing(0.25, 4));
  const double share = 0.0625 / (0.0625 + 0.25);
  const auto moved = [&](int row, int column) { return double(map[size_t(row * 60 + column)]) - 1; };
  CHECK(moved(20, 32) + 0.5 == doctest::Approx(0.5 * share * correlation(0, 2, 4)).epsilon(1e-5));
  CHECK(moved(20, 33) == -1.5);
  CHECK(moved(20, 30) == doctest::Approx(share).epsilon(1e-6));
  CHECK(moved(24, 30) == doctest::Approx(share / std::exp(1.0)).epsilon(1e-5));
  CHECK(moved(22, 27) == doctest::Approx(share * correlation(2, 3, 4)).epsilon(1e-5));
  CHECK(std::abs(moved(0, 0)) < 1e-6);
  CHECK(fit.before.mean == doctest::Approx(-2));
  CHECK(fit.before.chi2 == doctest::Approx(4));
  CHECK(fit.after.mean == doctest::Approx(-2 * (1 - share)));
}

TEST_CASE("Two windows, many soundings, missing cells: what the dense formula says") {
  Scene scene(16, 20);
  std::vector<float> maps = rough_map(scene.cells(), 1);
  scene.add_soundings(30, rough_map(scene.cells(), 2), 0.4, 0.2);
  scene.dataset.windows.push_back("2019-06-10");
  for (size_t i = 0; i < 30; ++i) {
    scene.dataset.soundings.error[i] = 0.2f + 0.01f * float(i);
    if (i >= 18) scene.dataset.soundings.time[i] += 16 * 86400.0;
  }
  const std::vector<float> second = rough_map(scene.cells(), 3);
  maps.insert(maps.end(), second.begin(), second.end());
  maps[5] = maps[27] = maps[250] = maps[330] = none;
  for (size_t row : {6, 7, 8, 9})
    for (size_t column = 5; column < 13; ++column) maps[row * 20 + column] = none;
  scene.dataset.soundings.error[3] = 0;
  scene.dataset.soundings.error[4] = none;
  const MapError error = {{{3, 0.09, 0.02}, {10, 0.01, 0.04}}};

  const SoundingCells cells(scene.dataset);
  std::vector<uint8_t> chosen(cells.size(), 1);
  chosen[7] = chosen[20] = 0;
  const auto mean = [&](size_t i) {
    return cells.mean(i, std::span(maps).subspan(size_t(cells[i].window) * scene.cells(), scene.cells()));
  };
  std::vector<size_t> used;
  for (size_t i = 0; i < cells.size(); ++i)
    if (chosen[i] && !std::isnan(mean(i)) && cells[i].error > 0) used.push_back(i);
  REQUIRE(used.size() < 26);
  REQUIRE(used.size() > 18);
  const auto n = Eigen::Index(used.size()), size = Eigen::Index(maps.size()), own = size / 2;
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(n, size), C(size, size), R = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd r(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const size_t s = used[size_t(i)];
    double share = 0;
    cells.for_cells(s, [&](int32_t cell, float weight) {
      const auto place = Eigen::Index(cells[s].window) * own + cell;
      const double value = double(maps[size_t(place)]);
      if (std::isnan(value)) return;
      A(i, place) = double(weight) * std::max(0.0, value);
      share += double(weight);
    });
    A.row(i) /= share;
    R(i, i) = std::pow(double(cells[s].error), 2);
    r[i] = double(cells[s].sif) - mean(s);
  }
  for (int p = 0; p < size; ++p)
    for (int q = 0; q < size; ++q) {
      const int a = p % 320, b = q % 320;
      const bool same = p / 320 == q / 320;
      C(p, q) = 0;
      for (const MapError::Part& part : error.parts)
        C(p, q) +=
            ((same ? part.passing : 0) + part.lasting) * correlation(a / 20 - b / 20, a % 20 - b % 20, part.length);
    }
  const Eigen::VectorXd z = C * A.transpose() * (A * C * A.transpose() + R).ldlt().solve(r);

  std::vector<float> conserved = maps;
  const FootprintFit fit = conserve_footprints(conserved, scene.dataset.grid, cells, chosen, error);
  CHECK(fit.soundings == n);
  double squares = 0, present = 0;
  for (size_t p = 0; p < maps.size(); ++p) {
    CAPTURE(p);
    CHECK(std::isnan(conserved[p]) == std::isnan(maps[p]));
    if (std::isnan(maps[p])) continue;
    const double moved = std::max(0.0, double(maps[p])) * z[Eigen::Index(p)];
    CHECK(double(conserved[p]) == doctest::Approx(double(maps[p]) + moved).epsilon(1e-4));
    squares += moved * moved, ++present;
  }
  CHECK(fit.correction == doctest::Approx(std::sqrt(squares / present)).epsilon(1e-4));
  CHECK(fit.after.chi2 < fit.before.chi2);
}

TEST_CASE("Little of the error is left where soundings are many, all of it where there are none") {
  Scene scene(60, 200);
  std::vector<float> map(scene.cells(), 1.0f);
  Random random(3);
  for (int k = 0; k < 2000; ++k) {
    const double x = random.uniform(0.01, 60), y = random.uniform(0.01, 56.4);
    scene.add(1, 0.4, x, y, x + 7, y + 3.5);
  }
  const FootprintFit fit = conserve(scene, map, {{{4, 0.03, 0.01}, {30, 0.0, 0.01}}});
  const auto left = [&](int row, int column) { return double(fit.error_left[size_t(row * 200 + column)]); };
  CHECK(left(30, 30) < 0.4);
  CHECK(left(30, 100) > 0.9);
  CHECK(left(30, 199) == doctest::Approx(1).epsilon(0.01));
  double mean = 0;
  const SoundingCells cells(scene.dataset);
  for (size_t i = 0; i < cells.size(); ++i) mean += cells.mean(i, fit.error_left) / double(cells.size());
  CHECK(mean == doctest::Approx(fit.typical_error_left));
  for (const float v : conserve(scene, map, {{{4, 0, 0}}}).error_left) CHECK(v == 1);
}

TEST_CASE(
    "With tiny errors the means over footprints are the soundings; with errors too tiny for that the map is the best so far") {
  Scene scene(40, 60);
  scene.add_soundings(60, rough_map(scene.cells(), 2), 1e-3, 0);
  std::vector<float> map(scene.cells(), 1.5f);
  conserve(scene, map, passing(0.3, 4));
  const SoundingCells cells(scene.dataset);
  for (size_t i = 0; i < cells.size(); ++i) CHECK(std::abs(cells.mean(i, map) - double(cells[i].sif)) < 1e-3);

  scene.add_soundings(600, rough_map(scene.cells(), 2), 1e-9, 0.5);
  const std::vector<float> before = map;
  const FootprintFit fit = conserve(scene, map, passing(0.3, 4));
  CHECK(fit.soundings == 660);
  CHECK(!fit.found);
  CHECK(fit.residual > 1e-5);
  CHECK(fit.residual < 1);
  CHECK(map != before);
  for (const float v : map) CHECK(std::isfinite(v));
}

TEST_CASE("Without soundings nothing changes") {
  Scene scene(40, 60);
  scene.add(1, 0.4, 2, 2, 8, 5);
  std::vector<float> map(scene.cells(), none);
  const FootprintFit fit = conserve(scene, map, passing(0.3, 4));
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
    conserve(scene, map, passing(0.3, 8));
    set_threads(0);
  };
  run(one, 1);
  run(three, 3);
  CHECK(one == three);
}

TEST_CASE("Soundings of other windows have their say by what lasts; a step may stop it") {
  Scene scene(40, 60);
  scene.dataset.windows = {"2019-05-09", "2019-05-25"};
  scene.add(3, 0.4, 10, 10, 16, 14);
  const SoundingCells cells(scene.dataset);
  const auto moved = [&](const MapError& error) {
    std::vector<float> maps(2 * scene.cells(), 1.0f);
    CHECK(conserve_footprints(maps, scene.dataset.grid, cells, {}, error).soundings == 1);
    return std::pair(double(maps[12 * 60 + 13]) - 1, double(maps[scene.cells() + 12 * 60 + 13]) - 1);
  };
  const auto alone = moved(passing(0.3, 4)), half = moved({{{4, 0.045, 0.045}}});
  CHECK(alone.first == 0);
  CHECK(alone.second > 0.3);
  CHECK(half.second == doctest::Approx(alone.second));
  CHECK(half.first == doctest::Approx(half.second / 2));
  std::vector<float> maps(2 * scene.cells(), 1.0f);
  CHECK_THROWS_AS(conserve_footprints(maps, scene.dataset.grid, cells, {}, passing(0.3, 4),
                                      [](double) { throw std::runtime_error("stop"); }),
                  std::runtime_error);
}
