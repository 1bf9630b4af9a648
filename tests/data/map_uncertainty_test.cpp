#include "data/correction/map_uncertainty.hpp"

#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <map>

#include "data/dataset/calendar.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr int side = 40, windows = 24, per_window = 250;
constexpr double noise = 0.45;

// Soundings over 2 x 5 cells or 5 x 2 anywhere on the grid.
Dataset scene() {
  Dataset d;
  d.grid = {side, side, 0.5, 1, side - 0.5, -1, "EPSG:4326"};
  d.coarse_factor = 4;
  Random random(5, 0);
  Soundings& s = d.soundings;
  for (int w = 0; w < windows; ++w) {
    d.windows.push_back(to_string(date_of(day_number({2019, 1, 1}) + 16 * w)));
    for (int k = 0; k < per_window; ++k) {
      const bool tall = random.below(2) == 1;
      const double width = tall ? 2 : 5, height = tall ? 5 : 2;
      const double x = random.uniform(0, side - width), y = random.uniform(0, side - height);
      s.sif.push_back(0), s.error.push_back(float(noise));
      s.longitude.push_back(x + width / 2), s.latitude.push_back(y + height / 2);
      s.longitudes.push_back({x, x + width, x + width, x}), s.latitudes.push_back({y + height, y + height, y, y});
      s.time.push_back((day_number({2019, 1, 1}) + 16 * w) * 86400.0);
      s.sza.push_back(0), s.vza.push_back(0), s.cloud_fraction.push_back(0);
    }
  }
  return d;
}

// The root of the correlation between cells; lengths are few, and it is slow.
const Eigen::MatrixXd& root_of_correlation(double length) {
  static std::map<double, Eigen::MatrixXd> known;
  Eigen::MatrixXd& root = known[length];
  if (root.size() > 0) return root;
  const int cells = side * side;
  root.resize(cells, cells);
  for (int a = 0; a < cells; ++a)
    for (int b = 0; b < cells; ++b)
      root(a, b) = std::exp(-std::hypot(a / side - b / side, a % side - b % side) / length);
  return root = Eigen::LLT<Eigen::MatrixXd>(root).matrixL();
}

// Errors of a map with sigma and length as told, at a SIF that differs from window to window, seen with noise.
std::vector<SoundingResidual> residuals(const SoundingCells& soundings, const MapUncertainty& truth, uint64_t seed) {
  Random random(seed, 0);
  const int cells = side * side;
  std::vector<std::vector<float>> errors;
  const auto sif_of = [](int window) { return 0.2 + 0.3 * (window % 6); };
  for (int w = 0; w < windows; ++w) {
    Eigen::VectorXd z(cells);
    for (int i = 0; i < cells; ++i) z[i] = random.normal();
    const double sigma = truth.sigma(sif_of(w));
    const Eigen::VectorXd error =
        sigma > 0 ? Eigen::VectorXd(sigma * (root_of_correlation(truth.length) * z)) : Eigen::VectorXd::Zero(cells);
    errors.emplace_back(error.data(), error.data() + cells);
  }
  std::vector<SoundingResidual> list;
  for (size_t i = 0; i < soundings.size(); ++i) {
    const int w = soundings[i].window;
    list.push_back({i, w, noise * random.normal() - soundings.mean(i, errors[size_t(w)]), sif_of(w)});
  }
  return list;
}

}  // namespace

TEST_CASE("Sigma of a map's error comes back from noisy soundings of it") {
  const Dataset d = scene();
  const SoundingCells soundings(d);
  REQUIRE(soundings.size() == size_t(windows * per_window));
  for (const MapUncertainty truth :
       {MapUncertainty{0.01, 0, 0.05, 4}, MapUncertainty{0.04, 0, 0, 2.5}, MapUncertainty{0, 0.06, 0, 4}}) {
    CAPTURE(truth.length);
    const auto fit = fit_map_uncertainty(soundings, residuals(soundings, truth, 3), truth.length);
    REQUIRE(fit.has_value());
    for (const double sif : {0.3, 0.8, 1.6}) CHECK(fit->sigma(sif) == doctest::Approx(truth.sigma(sif)).epsilon(0.2));
    CHECK(fit->length == truth.length);
    CHECK(fit->constant >= 0);
    CHECK(fit->linear >= 0);
    CHECK(fit->relative >= 0);
  }
}

TEST_CASE("Noise alone, or too few soundings, tell nothing") {
  const Dataset d = scene();
  const SoundingCells soundings(d);
  const auto noisy = residuals(soundings, {0, 0, 0, 3}, 4);
  CHECK_FALSE(fit_map_uncertainty(soundings, noisy, 3).has_value());
  const auto known = residuals(soundings, {0.04, 0, 0, 4}, 3);
  CHECK_FALSE(fit_map_uncertainty(soundings, std::span(known).first(200), 4).has_value());
  CHECK_FALSE(fit_map_uncertainty(soundings, std::vector<SoundingResidual>(), 4).has_value());
}

TEST_CASE("What is said again is no more certain") {
  const Dataset d = scene();
  const SoundingCells soundings(d);
  // Noise that by chance looks a little like errors.
  for (const uint64_t seed : {11, 14, 20, 21}) {
    auto list = residuals(soundings, {0, 0, 0, 3}, seed);
    const size_t once = list.size();
    for (int again = 1; again < 8; ++again)
      for (size_t i = 0; i < once; ++i) {
        list.push_back(list[i]);
        list.back().map += again * windows;
      }
    CAPTURE(seed);
    CHECK_FALSE(fit_map_uncertainty(soundings, list, 3).has_value());
  }
}

TEST_CASE("Residuals of several areas are fitted together, but none is paired with one of another area") {
  const Dataset d = scene();
  const SoundingCells soundings(d);
  const MapUncertainty truth{0.04, 0, 0, 4};
  const auto first = residuals(soundings, truth, 3), second = residuals(soundings, truth, 5);
  const ResidualsOfArea both[] = {{soundings, first}, {soundings, second}};
  const auto fit = fit_map_uncertainty(both, truth.length);
  REQUIRE(fit.has_value());
  CHECK(fit->sigma(0.8) == doctest::Approx(truth.sigma(0.8)).epsilon(0.2));
  // Each residual in an area of its own has no pair.
  std::vector<ResidualsOfArea> alone;
  for (const SoundingResidual& r : first) alone.push_back({soundings, std::span(&r, 1)});
  CHECK_FALSE(fit_map_uncertainty(alone, truth.length).has_value());
}

TEST_CASE("Residuals of different maps are not put together") {
  const Dataset d = scene();
  const SoundingCells soundings(d);
  auto list = residuals(soundings, {0.04, 0, 0, 4}, 3);
  for (size_t i = 0; i < list.size(); ++i) list[i].map = int(i);
  CHECK_FALSE(fit_map_uncertainty(soundings, list, 4).has_value());
}

TEST_CASE(
    "The mean over a footprint varies less than a cell: all of it for a long correlation, one cell's share for none") {
  const Dataset d = scene();
  const SoundingCells soundings(d);
  double squares = 0;
  for (const float w : soundings.weights(0)) squares += double(w) * double(w);
  CHECK(footprint_variance(soundings, 0, 1e6) == doctest::Approx(1).epsilon(1e-4));
  CHECK(footprint_variance(soundings, 0, 1e-3) == doctest::Approx(squares));
  CHECK(footprint_variance(soundings, 0, 3) > squares);
  CHECK(footprint_variance(soundings, 0, 3) < 1);
}

TEST_CASE(
    "Sigma of a corrected map lies on the line of logarithms between the uncorrected and the typical corrected map") {
  const ConservedUncertainty u = {{0.08, 0, 0.04, 3}, {0.02, 0, 0.01, 3}, 0.4};
  CHECK(u.sigma(0, 1) == doctest::Approx(std::sqrt(0.08)));
  CHECK(u.sigma(1, 0.4) == doctest::Approx(std::sqrt(0.03)));
  CHECK(u.sigma(0, 0.7) == doctest::Approx(std::sqrt(0.04)));
  CHECK(u.sigma(0, 0.25) == doctest::Approx(std::sqrt(0.02 / std::sqrt(2))));
  CHECK(u.sigma(0, 0) == doctest::Approx(0.1));
  CHECK(std::isnan(u.sigma(std::numeric_limits<double>::quiet_NaN(), 0.5)));
  // Where soundings correct nothing.
  const ConservedUncertainty uncorrected = {{0.08, 0, 0.04, 3}, {0.02, 0, 0.01, 3}, 1};
  CHECK(uncorrected.sigma(0, 1) == doctest::Approx(std::sqrt(0.02)));
  // Maps alone that seem no worse than corrected ones tell nothing.
  const ConservedUncertainty alike = {{0.01, 0, 0, 3}, {0.02, 0, 0, 3}, 0.4};
  CHECK(alike.sigma(0, 1) == doctest::Approx(std::sqrt(0.02)));
  CHECK(alike.sigma(0, 0) == doctest::Approx(std::sqrt(0.02)));
}
