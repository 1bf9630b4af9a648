#include "data/footprints/estimate_footprints.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>

#include "data/dataset/calendar.hpp"
#include "data/dataset/resample.hpp"
#include "data/footprints/response.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr int side = 200, orbit_count = 8;
constexpr double degrees = 0.01, sif_over_band = 2.5;

// Clumps of a few cells: of two bands, of which SIF follows the first and a constant.
std::vector<float> bands() {
  Random random(11, 1);
  std::vector<double> rough(side * side), smooth(rough.size());
  for (double& v : rough) v = random.uniform(0, 1);
  for (int i = 0; i < side; ++i)
    for (int j = 0; j < side; ++j)
      for (int a = 0; a < 3; ++a)
        for (int b = 0; b < 3; ++b)
          smooth[size_t(i * side + j)] += rough[size_t((i + a) % side * side + (j + b) % side)] / 9;
  std::vector<float> values;
  for (const double v : smooth)
    values.push_back(1), values.push_back(float(3 * v)), values.push_back(float(random.uniform(0, 1)));
  return values;
}

// The same where only a few squares of 32 cells have edges.
std::vector<float> mostly_even() {
  std::vector<float> values = bands();
  for (int i = 0; i < side; ++i)
    for (int j = 0; j < side; ++j)
      if (i / 64 != 1 || j / 64 != 1) values[size_t(i * side + j) * 3 + 1] = 1.5f;
  return values;
}

// Soundings of eight orbits, measured at their displacement, through a response of that width.
struct Planted {
  Dataset dataset;
  std::vector<float> predictors;
  std::vector<EastNorth> displacements;

  explicit Planted(double km, std::optional<double> width, int soundings = 12000, std::vector<float> land = bands())
      : predictors(std::move(land)) {
    constexpr double noise = 0.2;
    dataset.grid = {side, side, degrees / 2, degrees, 10 - degrees / 2, -degrees, "EPSG:4326"};
    dataset.windows = {"2019-05-25"};
    dataset.coarse_factor = 4;
    Random random(5, 2);
    for (int o = 0; o < orbit_count; ++o) {
      const double direction = random.uniform(0, 6.28);
      displacements.push_back({km * std::cos(direction), km * std::sin(direction)});
    }
    const ResponsePlacer placer(dataset.grid);
    std::vector<ResponseShare> shares;
    Soundings& s = dataset.soundings;
    for (int k = 0; k < soundings; ++k) {
      const int orbit = k % orbit_count;
      const double x = random.uniform(0.1, 1.9), y = 10 - random.uniform(0.1, 1.9), turn = 0.2 + 0.1 * orbit;
      FootprintCorners c;
      const std::array<double, 4> u = {-0.035, 0.035, 0.035, -0.035}, v = {-0.0175, -0.0175, 0.0175, 0.0175};
      for (size_t i = 0; i < 4; ++i)
        c.longitudes[i] = x + u[i] * std::cos(turn) - v[i] * std::sin(turn),
        c.latitudes[i] = y + u[i] * std::sin(turn) + v[i] * std::cos(turn);
      REQUIRE(placer.place(c, displacements[size_t(orbit)], width, shares, true));
      double sum = 0, area = 0;
      for (const ResponseShare& r : shares)
        sum += r.share * (0.3 + sif_over_band * double(predictors[size_t(r.cell) * 3 + 1])), area += r.share;
      s.longitudes.push_back(c.longitudes), s.latitudes.push_back(c.latitudes);
      s.longitude.push_back(x), s.latitude.push_back(y);
      s.sif.push_back(float(sum / area + noise * random.normal())), s.error.push_back(float(noise));
      s.time.push_back((day_number({2019, 5, 25}) + orbit) * 86400.0 + 60000 + random.uniform(0, 100));
      s.sza.push_back(30), s.vza.push_back(10), s.cloud_fraction.push_back(0);
    }
  }

  FootprintEstimate estimate() const {
    const SoundingCells delivered(dataset);
    return estimate_footprints(dataset, delivered, std::vector<uint8_t>(delivered.size(), 1), 0, {predictors, 3});
  }

  // Root mean square of the errors' lengths, km.
  double error(const FootprintEstimate& e) const {
    double squares = 0;
    for (size_t o = 0; o < displacements.size(); ++o)
      squares += std::pow(e.orbits[o].displacement.east - displacements[o].east, 2) +
                 std::pow(e.orbits[o].displacement.north - displacements[o].north, 2);
    return std::sqrt(squares / double(displacements.size()));
  }
};

}  // namespace

TEST_CASE("Displacements of 1.5 km are recovered to 0.3 km") {
  const Planted planted(1.5, {});
  const FootprintEstimate e = planted.estimate();
  REQUIRE(e.orbits.size() == orbit_count);
  CHECK(planted.error(e) < 0.3);
  CHECK_FALSE(e.width);
  // The stated deviations are about the errors.
  for (const OrbitDisplacement& o : e.orbits) CHECK(o.deviation.east < 0.3);
}

TEST_CASE("What all orbits are displaced by is recovered") {
  Planted planted(0, {});
  for (auto& longitudes : planted.dataset.soundings.longitudes)
    for (double& longitude : longitudes) longitude -= 1.2 / km_per_degree;
  const FootprintEstimate e = planted.estimate();
  REQUIRE(e.orbits.size() == orbit_count);
  CHECK_FALSE(e.width);
  for (const OrbitDisplacement& o : e.orbits) CHECK(std::hypot(o.displacement.east - 1.2, o.displacement.north) < 0.3);
}

TEST_CASE("A response 1.4 times as wide as the corners is recovered to 0.1, displaced or not") {
  CHECK(Planted(0, 1.4).estimate().width.value_or(0) == doctest::Approx(1.4).epsilon(0.1 / 1.4));
  const Planted both(1.5, 1.4);
  const FootprintEstimate e = both.estimate();
  CHECK(e.width.value_or(0) == doctest::Approx(1.4).epsilon(0.1 / 1.4));
  CHECK(both.error(e) < 0.3);
}

TEST_CASE("The response is found, or left as delivered, where only four squares of cells have edges") {
  CHECK(Planted(0, 1.4, 12000, mostly_even()).estimate().width.value_or(0) == doctest::Approx(1.4).epsilon(0.15 / 1.4));
  CHECK_FALSE(Planted(0, {}, 12000, mostly_even()).estimate().width);
}

TEST_CASE("Where nothing is displaced or wider, footprints stay as delivered") {
  const Planted nothing(0, {});
  const FootprintEstimate e = nothing.estimate();
  CHECK(e.as_delivered());
  const SoundingCells delivered(nothing.dataset), estimated(nothing.dataset, e);
  for (size_t i = 0; i < delivered.size(); i += 100)
    CHECK(std::equal(delivered.weights(i).begin(), delivered.weights(i).end(), estimated.weights(i).begin()));
}

TEST_CASE("Soundings that are not chosen change nothing in the estimate") {
  Planted planted(1.5, {}, 8000);
  const SoundingCells delivered(planted.dataset);
  std::vector<uint8_t> chosen(delivered.size());
  for (size_t i = 0; i < chosen.size(); ++i) chosen[i] = i % 4 != 0;
  const auto estimate = [&] {
    return estimate_footprints(planted.dataset, SoundingCells(planted.dataset), chosen, 0, {planted.predictors, 3});
  };
  const FootprintEstimate before = estimate();
  for (size_t i = 0; i < chosen.size(); i += 4) planted.dataset.soundings.sif[i] += 5;
  const FootprintEstimate after = estimate();
  for (size_t o = 0; o < before.orbits.size(); ++o)
    CHECK(before.orbits[o].displacement.east == after.orbits[o].displacement.east);
}

TEST_CASE("Soundings of several areas are estimated from together") {
  // Each area has the half of the soundings.
  const Planted planted(1.5, {});
  Dataset areas[2] = {planted.dataset, planted.dataset};
  for (int half = 0; half < 2; ++half) {
    areas[half].soundings = {};
    for (size_t i = size_t(half); i < planted.dataset.soundings.size(); i += 2)
      areas[half].soundings.append(planted.dataset.soundings, i);
  }
  const SoundingCells first(areas[0]), second(areas[1]);
  const std::vector<uint8_t> all_first(first.size(), 1), all_second(second.size(), 1);
  const AreaOfFootprints both[] = {{areas[0], first, all_first, {planted.predictors, 3}},
                                   {areas[1], second, all_second, {planted.predictors, 3}}};
  const FootprintEstimate e = estimate_footprints(both, 0), whole = planted.estimate();
  REQUIRE(e.orbits.size() == orbit_count);
  CHECK(planted.error(e) < 0.3);
  for (size_t o = 0; o < e.orbits.size(); ++o)
    CHECK(e.orbits[o].displacement.east == doctest::Approx(whole.orbits[o].displacement.east).epsilon(0.05));
}

TEST_CASE("The estimate is the same at any number of threads") {
  const Planted planted(1.5, 1.4, 3000);
  std::vector<FootprintEstimate> all;
  for (const int count : {1, 3}) {
    const ThreadScope scope(count);
    all.push_back(planted.estimate());
  }
  CHECK(all[0].width == all[1].width);
  for (size_t o = 0; o < all[0].orbits.size(); ++o) {
    CHECK(all[0].orbits[o].displacement.east == all[1].orbits[o].displacement.east);
    CHECK(all[0].orbits[o].deviation.north == all[1].orbits[o].deviation.north);
  }
}

TEST_CASE("Orbits are runs of soundings; a time between two belongs to neither") {
  const std::vector<double> times = {9000, 100, 0, 9100, std::nan(""), 1200};
  const auto orbits = orbits_of(times);
  REQUIRE(orbits.size() == 2);
  CHECK(orbits[0].first == 0);
  CHECK(orbits[0].last == 1200);
  CHECK(orbits[1].first == 9000);
  CHECK(orbit_at(orbits, 700) == 0);
  CHECK(orbit_at(orbits, 1700) == 0);
  CHECK(orbit_at(orbits, 5000) == -1);
  CHECK(orbit_at(orbits, 9000) == 1);
  CHECK(orbit_at(orbits, 20000) == -1);
  const FootprintEstimate none;
  CHECK(none.as_delivered());
  CHECK(none.at(0).east == 0);
}

TEST_CASE("Estimated footprints lie at their displacement; one that would leave the grid stays") {
  const Planted planted(0, {}, 400);
  FootprintEstimate shifted{{}, orbits_of(planted.dataset.soundings.time)};
  for (OrbitDisplacement& o : shifted.orbits) o.displacement = {degrees * km_per_degree * 3, 0};
  const SoundingCells delivered(planted.dataset), estimated(planted.dataset, shifted);
  REQUIRE(estimated.size() == delivered.size());
  for (size_t i = 0; i < delivered.size(); ++i) CHECK(std::abs(estimated[i].column - delivered[i].column - 3) <= 1);
  for (OrbitDisplacement& o : shifted.orbits) o.displacement = {500, 0};
  const SoundingCells away(planted.dataset, shifted);
  for (size_t i = 0; i < delivered.size(); ++i) CHECK(away[i].column == delivered[i].column);
}
