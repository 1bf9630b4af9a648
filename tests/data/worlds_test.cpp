#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <map>
#include <set>

#include "data/scene/composite.hpp"
#include "data/scene/landscape.hpp"
#include "data/scene/observation.hpp"
#include "data/scene/orbit_errors.hpp"
#include "data/scene/phenology.hpp"
#include "data/scene/pixel_view.hpp"
#include "data/scene/scene_region.hpp"
#include "data/scene/stress.hpp"
#include "data/scene/vegetation.hpp"
#include "data/scene/world.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr uint64_t seed = 9;
constexpr Date june = {2019, 6, 10};
constexpr BoundingBox box = {-98, 44, -94, 47};
const Window window = {date_of(2019, 193)};

bool inside(GeoPoint p) {
  return p.longitude > box.west + 0.1 && p.longitude < box.east - 0.1 && p.latitude > box.south + 0.1 &&
         p.latitude < box.north - 0.1;
}

// Those that were measured inside the box; the same ones in every world.
TroposifSoundings measured(const std::string& world, int days) {
  TroposifSoundings all;
  const SurfaceUnder under = [](const Footprint& f) {
    return inside(f.centre) ? std::optional(Surface{1.5, 0.05, 0.3, 12}) : std::nullopt;
  };
  for (int d = 0; d < days; ++d)
    observe_day(date_of(day_number(june) + d), box, seed, world_named(world), under,
                [&](const TroposifSoundings& part) { all.append(part); });
  return all;
}

Landscape small_land(Land land) {
  return make_landscape(part_of(region_of(land, true).grid, {40, 40, 110, 110}), seed, land);
}

// The share of the variance of `y` that a linear function of the columns explains.
double explained(const Eigen::MatrixXd& columns, const Eigen::VectorXd& y) {
  Eigen::MatrixXd x(columns.rows(), columns.cols() + 1);
  x << Eigen::VectorXd::Ones(columns.rows()), columns;
  const Eigen::VectorXd residual = y - x * x.colPivHouseholderQr().solve(y);
  return 1 - residual.squaredNorm() / (y.array() - y.mean()).matrix().squaredNorm();
}

struct Explained {
  double by_texture, by_bands;
};

// Of the logarithm of the stress: by standard deviations of bands over 3 x 3 and 7 x 7 cells; by the bands themselves.
Explained explained_stress(StressKind kind) {
  const Landscape land = small_land(Land::minnesota);
  const Vegetation v = vegetation_on(land, window, seed, kind);
  const std::vector<double> stress = stress_on(land, v.reflectance, window, seed, kind);
  const Grid& grid = land.grid;
  const int edge = 3, rows = grid.rows - 2 * edge, columns = grid.columns - 2 * edge;
  Eigen::MatrixXd texture(rows * columns, 4), bands(rows * columns, 3);
  Eigen::VectorXd y(rows * columns);
  const auto deviation = [&](int row, int column, int radius, auto&& value) {
    double count = 0, sum = 0, squares = 0;
    for (int j = row - radius; j <= row + radius; ++j)
      for (int i = column - radius; i <= column + radius; ++i) {
        const double z = value(v.reflectance[size_t(j * grid.columns + i)]);
        count += 1, sum += z, squares += z * z;
      }
    return std::sqrt(std::max(0.0, squares / count - sum / count * sum / count));
  };
  const auto red = [](const Reflectance& r) { return r.red; };
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const int k = row * columns + column, at = (row + edge) * grid.columns + column + edge;
      const Reflectance& r = v.reflectance[size_t(at)];
      texture.row(k) << deviation(row + edge, column + edge, 1, nirv), deviation(row + edge, column + edge, 3, nirv),
          deviation(row + edge, column + edge, 1, red), deviation(row + edge, column + edge, 3, red);
      bands.row(k) << nirv(r), r.red, r.mir;
      y[k] = std::log(stress[size_t(at)]);
    }
  return {explained(texture, y), explained(bands, y)};
}

}  // namespace

TEST_CASE("Nine worlds, each with a name of its own; others are refused") {
  std::set<std::string> names;
  for (const World& world : worlds()) {
    names.insert(world.name);
    CHECK(world_named(world.name).text == world.text);
  }
  CHECK(names == std::set<std::string>{"ideal", "geolocation", "response", "neighbours", "biases", "texture",
                                       "patchwork", "savanna", "all"});
  CHECK_THROWS_NAMING(UsageError, world_named("texure"), "texure", "texture");
}

TEST_CASE("Displacement: 1 to 2.3 km in any direction, one vector an orbit; elsewhere none") {
  const World& world = world_named("geolocation");
  double east = 0, north = 0;
  for (int orbit = 255000; orbit < 255400; ++orbit) {
    const OrbitErrors errors = orbit_errors(world, seed, orbit);
    const double length = std::hypot(errors.east, errors.north);
    CHECK(length >= 1);
    CHECK(length <= 2.3);
    CHECK(errors.offset == 0);
    east += errors.east / 400, north += errors.north / 400;
    CHECK(orbit_errors(world_named("ideal"), seed, orbit).east == 0);
  }
  CHECK(std::abs(east) < 0.25);
  CHECK(std::abs(north) < 0.25);
}

TEST_CASE("An orbit holds its day side; the next one begins at night") {
  const int orbit = orbit_at(day_number(june) * 86400.0);
  const double crossing = crossing_time(orbit), next = crossing_time(orbit + 1);
  CHECK((next - crossing) / 60 == doctest::Approx(101.5).epsilon(0.001));
  for (const double share : {-0.49, -0.1, 0.0, 0.3, 0.49})
    CHECK(orbit_at(crossing + share * (next - crossing)) == orbit);
  const OrbitDay day(june);
  for (int line = 0; line + 1 < day.scanlines(); ++line)
    if (orbit_at(day.time(line + 1)) != orbit_at(day.time(line)))
      CHECK(day.nadir(line + 1).latitude < day.nadir(line).latitude);  // southbound, by night
}

TEST_CASE("Footprints are delivered displaced; what was measured stays") {
  const TroposifSoundings there = measured("ideal", 3), here = measured("geolocation", 3);
  REQUIRE(there.size() > 3000);
  REQUIRE(here.size() == there.size());
  CHECK(here.soundings.sif == there.soundings.sif);
  constexpr double degree = 111.19492664;
  std::set<int> orbits;
  for (size_t i = 0; i < here.size(); ++i) {
    const Soundings &a = there.soundings, &b = here.soundings;
    const int orbit = orbit_at(b.time[i]);
    orbits.insert(orbit);
    const OrbitErrors planted = orbit_errors(world_named("geolocation"), seed, orbit);
    const double widest = std::cos(a.latitude[i] * 3.14159265358979 / 180);
    CHECK((b.longitude[i] - a.longitude[i]) * degree * widest == doctest::Approx(planted.east).epsilon(1e-6));
    CHECK((b.latitude[i] - a.latitude[i]) * degree == doctest::Approx(planted.north).epsilon(1e-6));
    for (size_t k = 0; k < 4; ++k) {
      CHECK(b.longitudes[i][k] - a.longitudes[i][k] == doctest::Approx(b.longitude[i] - a.longitude[i]));
      CHECK(b.latitudes[i][k] - a.latitudes[i][k] == doctest::Approx(b.latitude[i] - a.latitude[i]));
    }
  }
  CHECK(orbits.size() >= 3);
}

TEST_CASE("A soft response weighs a line of cells as the super-Gaussian of its axis says") {
  const FootprintResponse response = world_named("response").response;
  const std::vector<SeenPlace> places = seen_places(response);
  const Grid grid = part_of(modis_tile_grid(20, 8), {1100, 0, 60, 60});
  Landscape land{grid, std::vector<CoverShares>(3600, CoverShares{}), Land::minnesota};
  for (CoverShares& shares : land.shares) shares[size_t(Cover::corn)] = 1;
  Footprint f;
  const MapPoint middle = {grid.x(30) - modis_cell / 2, grid.y(30) + modis_cell / 2};
  const double half = 4 * modis_cell;  // eight places to a side: one a cell
  f.corners = {from_sinusoidal({middle.x - half, middle.y - half}), from_sinusoidal({middle.x + half, middle.y - half}),
               from_sinusoidal({middle.x + half, middle.y + half}),
               from_sinusoidal({middle.x - half, middle.y + half})};
  const test::TemporaryDirectory directory;
  SurfaceCells cells(grid, directory.path());
  const auto seen = [&](bool column, int at) {
    Vegetation v{std::vector<float>(3600), std::vector<Reflectance>(3600)};
    for (int k = 0; k < 60; ++k) v.sif[size_t(column ? k * 60 + at : at * 60 + k)] = 1;
    cells.write(land, v, whole(grid));
    return mean_under(cells, places, f)->sif;
  };
  for (const bool across : {true, false})
    for (const int distance : {1, 3, 5, 7}) {
      const double exponent = across ? 4 : 2;
      const double by_hand =
          std::exp2(-std::pow((distance + 0.5) / 5.6, exponent) + std::pow(0.5 / 5.6, exponent));  // 1.4 x 8 / 2 = 5.6
      if (by_hand > 0.05)
        CHECK(seen(across, 30 + distance) / seen(across, 30) == doctest::Approx(by_hand).epsilon(0.03));
      CHECK(seen(across, 29 - distance) == doctest::Approx(seen(across, 30 + distance)));
    }
  CHECK(seen_places({}).size() == 64);
}

TEST_CASE("Biases: a regression returns what was planted") {
  const TroposifSoundings there = measured("ideal", 6), here = measured("biases", 6);
  REQUIRE(here.size() == there.size());
  std::map<int, Eigen::Index> orbits;
  for (const double time : here.soundings.time) orbits.try_emplace(orbit_at(time), Eigen::Index(3 + orbits.size()));
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(Eigen::Index(here.size()), Eigen::Index(3 + orbits.size()));
  Eigen::VectorXd y(x.rows());
  for (size_t i = 0; i < here.size(); ++i) {
    const Eigen::Index row = Eigen::Index(i);
    const double view = double(here.soundings.vza[i]) / 60;
    x(row, here.view_azimuth[i] > 0 ? 0 : 1) = view * view;
    x(row, 2) = double(here.soundings.cloud_fraction[i]);
    x(row, orbits.at(orbit_at(here.soundings.time[i]))) = 1;
    y[row] = double(here.soundings.sif[i]) - double(there.soundings.sif[i]);
  }
  const Eigen::VectorXd found = x.colPivHouseholderQr().solve(y);
  const World& world = world_named("biases");
  CHECK(found[0] == doctest::Approx(world.biases.west).epsilon(1e-3));
  CHECK(found[1] == doctest::Approx(world.biases.east).epsilon(1e-3));
  CHECK(found[2] == doctest::Approx(world.biases.cloud).epsilon(1e-3));
  double largest = 0;
  for (const auto& [orbit, column] : orbits) {
    CHECK(std::abs(found[column] - orbit_errors(world, seed, orbit).offset) < 1e-4);
    largest = std::max(largest, std::abs(found[column]));
  }
  CHECK(largest > 0.01);
  CHECK(world.biases.west * world.biases.east < 0);
}

TEST_CASE("A MODIS pixel: a triangle along the scan, a rectangle along the track, longer off nadir") {
  const PixelResponse response = world_named("neighbours").pixels;
  const Grid grid = part_of(modis_tile_grid(11, 4), {0, 0, 21, 21});
  std::vector<Reflectance> land(441);
  land[10 * 21 + 10] = {1, 1, 1, 1};
  const auto weight = [&](int row, int column, double view, PixelShift shift) {
    return seen_by_pixel(whole(grid), land, row, column, view, response, shift).red;
  };
  CHECK(weight(10, 10, 0, {}) == doctest::Approx(0.75).epsilon(1e-3));
  CHECK(weight(10, 9, 0, {}) == doctest::Approx(0.125).epsilon(1e-3));
  CHECK(weight(10, 11, 0, {}) == doctest::Approx(0.125).epsilon(1e-3));
  CHECK(weight(11, 10, 0, {}) == doctest::Approx(0).epsilon(1e-3));
  // Half a pixel down, then half a pixel to the right.
  CHECK(weight(9, 10, 0, {0, 0.5}) == doctest::Approx(0.375).epsilon(1e-3));
  CHECK(weight(10, 9, 0, {0.5, 0}) == doctest::Approx(0.5).epsilon(1e-3));
  CHECK(weight(10, 11, 0, {0.5, 0}) == doctest::Approx(0).epsilon(1e-3));
  // 4.8 x 2.0 km at the edge of the swath, whose pixels are seen at 65 degrees.
  CHECK(pixel_growth(65).scan == doctest::Approx(4.8).epsilon(0.04));
  CHECK(pixel_growth(65).track == doctest::Approx(2.0).epsilon(0.02));
  CHECK(pixel_growth(0).scan == doctest::Approx(1).epsilon(1e-6));
  double sum = 0;
  for (int row = 0; row < 21; ++row)
    for (int column = 0; column < 21; ++column) sum += weight(row, column, 60, {0.3, -0.2});
  CHECK(sum == doctest::Approx(1));
  std::set<double> shifts;
  for (int day = 0; day < 160; day += 16) {
    const PixelShift shift = pixel_shift(response, seed, day);
    shifts.insert(shift.columns), shifts.insert(shift.rows);
    CHECK(std::max(std::abs(shift.columns), std::abs(shift.rows)) <= 0.5);
  }
  CHECK(shifts.size() == 20);
}

TEST_CASE("Granules hold what their pixels saw; the truth stays sharp") {
  const Landscape land = small_land(Land::minnesota);
  const Vegetation v = vegetation_on(land, window, seed, StressKind::smooth);
  const PixelResponse response = world_named("neighbours").pixels;
  const PixelShift shift = pixel_shift(response, seed, day_number(window.first));
  const Mod13a2Pixels pixels = composite(land, v, window, land.grid, seed, response);
  double count = 0, from_seen = 0, from_cell = 0;
  for (int row = 0; row < land.grid.rows; ++row)
    for (int column = 0; column < land.grid.columns; ++column) {
      const size_t i = size_t(row * land.grid.columns + column);
      if (pixels.reliability[i] != 0) continue;
      const double seen =
          seen_by_pixel(land.part, v.reflectance, row, column, pixels.view_zenith[i] * 0.01, response, shift).nir;
      const double stored = pixels.nir[i] * 1e-4;
      count += 1, from_seen += std::pow(stored / seen - 1, 2);
      from_cell += std::pow(stored / v.reflectance[i].nir - 1, 2);
    }
  REQUIRE(count > 5000);
  CHECK(std::sqrt(from_seen / count) == doctest::Approx(0.02).epsilon(0.1));
  CHECK(std::sqrt(from_cell / count) > 0.05);
}

TEST_CASE("Stress of the world texture is seen by deviations of the bands around, that of others is not") {
  const Explained smooth = explained_stress(StressKind::smooth), texture = explained_stress(StressKind::texture);
  const Explained fields = explained_stress(StressKind::fields);
  CHECK(texture.by_texture > 0.4);
  CHECK(texture.by_bands < 0.5 * texture.by_texture);
  CHECK(smooth.by_texture < 0.1);
  CHECK(fields.by_texture < 0.05);
  CHECK(fields.by_bands < 0.05);
}

TEST_CASE("Texture has a mean of about 0 and a standard deviation of about 1") {
  const Landscape land = small_land(Land::minnesota);
  const std::vector<double> texture =
      texture_on(land, vegetation_on(land, window, seed, StressKind::smooth).reflectance);
  const Eigen::Map<const Eigen::ArrayXd> values(texture.data(), Eigen::Index(texture.size()));
  CHECK(std::abs(values.mean()) < 0.35);
  CHECK(std::sqrt((values - values.mean()).square().mean()) == doctest::Approx(1).epsilon(0.2));
}

TEST_CASE("In the patchwork a field has one yield, its neighbour another") {
  const Landscape land = small_land(Land::minnesota);
  const Vegetation v = vegetation_on(land, window, seed, StressKind::fields);
  const std::vector<double> stress = stress_on(land, v.reflectance, window, seed, StressKind::fields);
  double within = 0, within_count = 0, between = 0, between_count = 0;
  for (int row = 0; row < land.grid.rows; ++row)
    for (int column = 0; column + 1 < land.grid.columns; ++column) {
      const size_t i = size_t(row * land.grid.columns + column);
      const auto field = [&](int c) {
        return field_at({land.grid.x(c), land.grid.y(row)}, seed, Land::minnesota).bits;
      };
      const double step = std::pow(std::log(stress[i + 1] / stress[i]), 2);
      (field(column) == field(column + 1) ? within : between) += step;
      (field(column) == field(column + 1) ? within_count : between_count) += 1;
    }
  CHECK(std::sqrt(within / within_count) < 0.02);  // the drought alone
  CHECK(std::sqrt(between / between_count) == doctest::Approx(0.25 * std::sqrt(2.0)).epsilon(0.1));
}

TEST_CASE("The savanna: its covers and classes, fields smaller than a cell, rains after the dry season") {
  const SceneRegion region = region_of(Land::savanna, true);
  CHECK(region.box.south > 3);
  CHECK(region.box.north < 8.5);
  CHECK(region.tiles.size() == 1);
  CHECK(region.tiles[0].h == 20);
  CHECK(region.tiles[0].v == 8);
  const Landscape land = make_landscape(region.grid, seed, Land::savanna);
  CoverShares mean = {};
  double mixed = 0;
  for (const CoverShares& shares : land.shares) {
    for (size_t c = 0; c < cover_count; ++c) mean[c] += shares[c] / float(land.shares.size());
    mixed +=
        shares[size_t(Cover::maize)] + shares[size_t(Cover::sorghum)] > 0 && shares[size_t(main_cover(shares))] < 0.99f;
  }
  const auto share = [&](Cover c) { return double(mean[size_t(c)]); };
  for (const Cover c : {Cover::corn, Cover::soy, Cover::grass, Cover::forest, Cover::wetland}) CHECK(share(c) == 0);
  CHECK(share(Cover::evergreen) > 0.1);
  CHECK(share(Cover::evergreen) < 0.6);
  CHECK(share(Cover::savanna) > 0.15);
  CHECK(share(Cover::woodland) > 0.08);
  CHECK(share(Cover::maize) + share(Cover::sorghum) > 0.08);
  CHECK(share(Cover::water) < 0.03);
  CHECK(mixed / double(land.shares.size()) > 0.1);
  const std::map<Cover, int> classes = {{Cover::evergreen, 2}, {Cover::woodland, 8}, {Cover::savanna, 9},
                                        {Cover::maize, 14},    {Cover::sorghum, 14}, {Cover::swamp, 11}};
  for (const auto& [cover, number] : classes) CHECK(igbp_class(cover) == number);
  for (const Cover c : {Cover::maize, Cover::sorghum, Cover::savanna})
    CHECK(green_share(c, 225, 0) > 3 * green_share(c, 30, 0));
  CHECK(green_share(Cover::evergreen, 30, 0) > 0.85);
}
