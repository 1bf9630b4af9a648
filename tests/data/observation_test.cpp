#include "data/scene/observation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "data/scene/globe.hpp"
#include "data/scene/orbit.hpp"
#include "data/scene/scene_region.hpp"
#include "data/scene/sun.hpp"
#include "files.hpp"
#include "kernels/parallel.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr uint64_t seed = 3;
constexpr Date june = {2019, 6, 10};

// On a plane around the footprint, km.
struct PlanePoint {
  double x, y;
};
PlanePoint plane(GeoPoint p, GeoPoint origin) {
  constexpr double degree = 111.19492664;
  return {(p.longitude - origin.longitude) * degree * std::cos(origin.latitude * 3.14159265358979 / 180),
          (p.latitude - origin.latitude) * degree};
}

// Positive where the corners run counter-clockwise.
double signed_area(const Footprint& f) {
  double sum = 0;
  for (size_t k = 0; k < 4; ++k) {
    const PlanePoint a = plane(f.corners[k], f.centre), b = plane(f.corners[(k + 1) % 4], f.centre);
    sum += a.x * b.y - a.y * b.x;
  }
  return sum / 2;
}

int scanline_over(const OrbitDay& day, GeoPoint p, double degrees) {
  for (int line = 0; line < day.scanlines(); ++line) {
    const GeoPoint next = day.nadir(line + 1), now = day.nadir(line);
    if (arc_between(now, p) < degrees && next.latitude > now.latitude) return line;
  }
  return -1;
}

TroposifSoundings soundings_of(Date date, const std::optional<BoundingBox>& box, const SurfaceUnder& under) {
  TroposifSoundings all;
  observe_day(date, box, seed, world_named(ideal_world), under,
              [&](const TroposifSoundings& part) { all.append(part); });
  return all;
}

std::optional<Surface> bare(const Footprint&) {
  return Surface{0, 0.1, 0.2, 16};
}

}  // namespace

TEST_CASE("The swath: 2600 km, 450 pixels, 3.5 km at nadir, wider to the sides") {
  const auto& edges = swath_edges();
  CHECK(edges.back() - edges.front() == doctest::Approx(2600));
  CHECK(edges[226] - edges[225] == doctest::Approx(3.5).epsilon(0.01));
  CHECK(edges[225] == doctest::Approx(0).epsilon(1e-9));
  for (size_t i = 226; i < 450; ++i) CHECK(edges[i + 1] - edges[i] >= edges[i] - edges[i - 1]);
  CHECK(edges[0] == doctest::Approx(-edges[450]));
  CHECK(view_zenith_at(0) == 0);
  CHECK(view_zenith_at(-1000) == view_zenith_at(1000));
  CHECK(view_zenith_at(1300) > 60);
  CHECK(view_zenith_at(1300) < 72);
}

TEST_CASE("Nadir crosses the equator northwards at 13:30, and is back after 16 days") {
  const OrbitDay day(june), later({2019, 6, 26}), next({2019, 6, 11});
  int crossings = 0;
  for (int line = 0; line + 1 < day.scanlines(); ++line) {
    const GeoPoint p = day.nadir(line);
    if (p.latitude > 0 || day.nadir(line + 1).latitude < 0) continue;
    ++crossings;
    const double hours = std::fmod(day.time(line) / 3600 + p.longitude / 15 + 48, 24);
    CHECK(std::abs(hours - 13.5) < 0.02);
  }
  CHECK(crossings >= 14);
  CHECK(crossings <= 15);
  for (const int line : {0, 20000, 60000}) {
    CHECK(arc_between(day.nadir(line), later.nadir(line)) < 1e-3);
    CHECK(arc_between(day.nadir(line), next.nadir(line)) > 1);
  }
}

TEST_CASE("Footprints: convex, around their centres, edge to edge, as large as TROPOMI's") {
  const OrbitDay day(june);
  const int line = scanline_over(day, {-95, 46}, 8);
  REQUIRE(line > 0);
  std::vector<Footprint> footprints, next;
  day.footprints(line, footprints);
  day.footprints(line + 1, next);
  REQUIRE(footprints.size() == 450);
  std::vector<double> sides;
  for (size_t i = 0; i < footprints.size(); ++i) {
    const Footprint& f = footprints[i];
    int turns = 0;
    for (size_t k = 0; k < 4; ++k) {
      const PlanePoint a = plane(f.corners[k], f.centre), b = plane(f.corners[(k + 1) % 4], f.centre);
      const PlanePoint c = plane(f.corners[(k + 2) % 4], f.centre);
      turns += (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) > 0;
      CHECK(a.x * b.y - a.y * b.x > 0);  // the centre lies to the left of every side
    }
    CHECK(turns == 4);
    if (f.view_zenith <= 60) sides.push_back(std::sqrt(signed_area(f)));
    for (size_t k : {0, 1}) {  // the far side of this scanline is the near side of the next
      CHECK(arc_between(f.corners[3 - k], next[i].corners[k]) < 0.01);
      if (i > 0) CHECK(arc_between(f.corners[3 * k], footprints[i - 1].corners[1 + k]) < 1e-5);
    }
  }
  CHECK(std::is_sorted(sides.begin(), sides.begin() + std::ptrdiff_t(sides.size() / 2), std::greater<>()));
  std::sort(sides.begin(), sides.end());
  CHECK(sides.front() == doctest::Approx(std::sqrt(3.5 * 7)).epsilon(0.03));
  CHECK(sides[size_t(0.99 * double(sides.size()))] == doctest::Approx(8.3).epsilon(0.03));
  CHECK(sides.size() > 400);
}

TEST_CASE("Since 6 August 2019 scanlines lie 5.5 km apart") {
  for (const auto& [date, length] : {std::pair{Date{2019, 8, 5}, 7.0}, {Date{2019, 8, 6}, 5.5}}) {
    const OrbitDay day(date);
    std::vector<Footprint> footprints;
    day.footprints(1234, footprints);
    const Footprint& f = footprints[225];
    const double km = arc_between(f.corners[0], f.corners[3]) * 111.19492664;
    CHECK(km == doctest::Approx(length).epsilon(0.01));
  }
}

TEST_CASE("The satellite is seen towards nadir") {
  const OrbitDay day(june);
  std::vector<Footprint> footprints;
  day.footprints(scanline_over(day, {-95, 46}, 8), footprints);
  CHECK(footprints[0].view_azimuth > 45);  // the west edge looks east
  CHECK(footprints[0].view_azimuth < 135);
  CHECK(footprints[449].view_azimuth < -45);
  CHECK(footprints[449].view_azimuth > -135);
  CHECK(footprints[0].view_zenith > 60);
  CHECK(footprints[225].view_zenith < 0.5);
}

TEST_CASE("Clouds: 64, 16 and 20 % of what is delivered; alike nearby, different far away and tomorrow") {
  std::array<double, 4> count = {};
  double near = 0, far = 0, tomorrow = 0;
  const int days = 400;
  for (int d = 0; d < days; ++d)
    for (int k = 0; k < 20; ++k) {
      const double time = (18000 + d) * 86400.0 + 68000;
      const GeoPoint p = {-101 + k * 7.0, 20 + k * 1.5};
      const double cloud = cloud_fraction(seed, time, p);
      ++count[cloud <= 0.2 ? 0 : cloud <= 0.4 ? 1 : cloud <= 0.8 ? 2 : 3];
      near += std::abs(cloud - cloud_fraction(seed, time, {p.longitude + 0.03, p.latitude}));
      far += std::abs(cloud - cloud_fraction(seed, time, {p.longitude + 60, p.latitude - 30}));
      tomorrow += std::abs(cloud - cloud_fraction(seed, time + 86400, p));
    }
  const double kept = count[0] + count[1] + count[2];
  CHECK(std::abs(count[0] / kept - 0.64) < 0.03);
  CHECK(std::abs(count[1] / kept - 0.16) < 0.03);
  CHECK(std::abs(count[2] / kept - 0.20) < 0.03);
  CHECK(near < 0.25 * far);
  CHECK(tomorrow > 0.8 * far);
}

TEST_CASE("The mean under a footprint") {
  Landscape land{part_of(modis_tile_grid(11, 4), {500, 400, 30, 30}), std::vector<CoverShares>(900, CoverShares{})};
  for (CoverShares& shares : land.shares) shares[size_t(Cover::corn)] = 1;
  Vegetation v{std::vector<float>(900), std::vector<Reflectance>(900, {0.1, 0.3, 0.05, 0.2})};
  const MapPoint middle = {land.grid.x(15), land.grid.y(15)};
  const test::TemporaryDirectory directory;
  SurfaceCells cells(land.grid, directory.path());
  const auto footprint = [&](MapPoint p, double wide, double high) {
    Footprint f;
    f.centre = from_sinusoidal(p);
    f.corners = {from_sinusoidal({p.x - wide / 2, p.y - high / 2}), from_sinusoidal({p.x + wide / 2, p.y - high / 2}),
                 from_sinusoidal({p.x + wide / 2, p.y + high / 2}), from_sinusoidal({p.x - wide / 2, p.y + high / 2})};
    return f;
  };
  for (size_t i = 0; i < v.sif.size(); ++i) v.sif[i] = float(i / 30) + 100 * float(i % 30);
  cells.write(land, v, whole(land.grid));
  // Four by four cells around the corner of cell (15, 15).
  const MapPoint corner = {middle.x + modis_cell / 2, middle.y - modis_cell / 2};
  const std::optional<Surface> surface =
      mean_under(cells, seen_places({}), footprint(corner, 4 * modis_cell, 4 * modis_cell));
  REQUIRE(surface);
  CHECK(surface->sif == doctest::Approx(15.5 + 100 * 15.5));
  CHECK(surface->red == doctest::Approx(0.1));
  CHECK(surface->nir == doctest::Approx(0.3));
  CHECK(surface->land_cover == 12);
  // Beyond the land; over water.
  CHECK_FALSE(
      mean_under(cells, seen_places({}), footprint({land.grid.x(0), middle.y}, 4 * modis_cell, 4 * modis_cell)));
  for (CoverShares& shares : land.shares) shares = {5 / 9.0f, 4 / 9.0f};
  cells.write(land, v, whole(land.grid));
  CHECK_FALSE(mean_under(cells, seen_places({}), footprint(middle, 4 * modis_cell, 4 * modis_cell)));
}

TEST_CASE("Soundings: their noise is what the error column states, clouds dim, screens hold") {
  const BoundingBox box = {-101, 43.7, -93, 49.8};
  TroposifSoundings all;
  for (int d = 0; d < 4; ++d)
    all.append(soundings_of(date_of(day_number(june) + d), box, [](const Footprint&) {
      return Surface{1.5, 0.05, 0.3, 12};
    }));
  const Soundings& s = all.soundings;
  REQUIRE(s.size() > 10000);
  double sum = 0, squares = 0, error = 0, failed = 0;
  for (size_t i = 0; i < s.size(); ++i) {
    const double cloud = double(s.cloud_fraction[i]), residual = double(s.sif[i]) - 1.5 * (1 - 0.3 * cloud);
    sum += residual / double(s.error[i]), squares += residual * residual / double(s.error[i] * s.error[i]);
    error += double(s.error[i]), failed += std::isnan(all.sif_735[i]);
    CHECK(cloud <= 0.8);
    CHECK(s.sza[i] <= 70);
    CHECK(s.vza[i] <= 60);
    CHECK(s.longitude[i] >= box.west);
    CHECK(s.latitude[i] <= box.north);
    CHECK(all.land_cover[i] == 12);
    CHECK(std::isnan(all.sif_735[i]) == std::isnan(all.error_735[i]));
    if (i > 0) CHECK(s.time[i] >= s.time[i - 1]);
    const double hours = std::fmod(s.time[i] / 3600 + s.longitude[i] / 15 + 48, 24);
    CHECK(std::abs(hours - 13.2) < 1.8);
  }
  const double count = double(s.size());
  CHECK(std::abs(sum / count) < 4 / std::sqrt(count));
  CHECK(squares / count == doctest::Approx(1).epsilon(0.04));
  CHECK(error / count == doctest::Approx(0.45).epsilon(0.1));
  CHECK(failed / count == doctest::Approx(0.02).epsilon(0.3));
}

TEST_CASE("A clear day has about 16,000 soundings in the box, and every place is seen") {
  const BoundingBox box = {-101, 43.7, -93, 49.8};
  std::set<std::pair<int, int>> seen;
  double most = 0;
  for (int d = 0; d < 6; ++d) {
    const TroposifSoundings day = soundings_of(date_of(day_number(june) + d), box, bare);
    most = std::max(most, double(day.size()));
    for (size_t i = 0; i < day.size(); ++i)
      seen.insert({int(2 * day.soundings.longitude[i] + 400), int(2 * day.soundings.latitude[i])});
  }
  CHECK(most > 10000);
  CHECK(most < 21000);
  CHECK(seen.size() >= 16 * 12);
}

TEST_CASE("The same soundings at any number of threads, others with another seed") {
  const BoundingBox box = {-97, 45, -95, 46};
  set_threads(1);
  const TroposifSoundings one = soundings_of(june, box, bare);
  set_threads(3);
  const TroposifSoundings three = soundings_of(june, box, bare);
  set_threads(0);
  REQUIRE(one.size() > 50);
  CHECK(one.soundings.sif == three.soundings.sif);
  CHECK(one.soundings.longitudes == three.soundings.longitudes);
  CHECK(one.soundings.time == three.soundings.time);
  TroposifSoundings other;
  observe_day(june, box, seed + 1, world_named(ideal_world), bare,
              [&](const TroposifSoundings& part) { other.append(part); });
  CHECK(other.soundings.sif != one.soundings.sif);
}

TEST_CASE("The globe has land in the sea and greener summers") {
  int land = 0, summer = 0, both = 0;
  for (int k = 0; k < 4000; ++k) {
    const GeoPoint p = {-180 + 360 * std::fmod(k * 0.618034, 1.0), -60 + 120 * std::fmod(k * 0.414214, 1.0)};
    const auto july = globe_surface({2019, 7, 15}, seed, p), january = globe_surface({2019, 1, 15}, seed, p);
    CHECK(july.has_value() == january.has_value());
    if (!july) continue;
    ++land;
    CHECK(july->sif >= 0);
    CHECK(july->sif < 3);
    CHECK(july->land_cover >= 1);
    CHECK(july->land_cover <= 16);
    if (std::abs(p.latitude) < 30) continue;
    ++both;
    summer += p.latitude > 0 ? july->sif > january->sif : january->sif > july->sif;
  }
  CHECK(land > 1000);
  CHECK(land < 1900);
  CHECK(summer > 0.99 * both);
}
