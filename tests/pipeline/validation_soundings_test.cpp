#include "pipeline/validate/validation_soundings.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "pipeline/validate/flex_footprints.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

constexpr double longitude = -97.5;  // 6.5 h west: 13:30 local is 20:00 UTC
// At the equator; at 45 N TROPOMI passes 35 minutes of local time earlier.
const double equator = data::day_number({2019, 5, 30}) * 86400.0 + 20 * 3600, overpass = equator - 35 * 60;

data::FootprintPlacer placer() {
  data::Grid grid;
  grid.rows = grid.columns = 10, grid.x_origin = -101.5, grid.y_origin = 49.5, grid.y_step = -1;
  return data::FootprintPlacer(grid);
}

// One good footprint.
data::OcoFootprints good() {
  data::OcoFootprints oco;
  oco.sensor = "OCO-2", oco.version = "11r";
  data::Soundings& s = oco.footprints;
  s.longitude = {longitude}, s.latitude = {45}, s.time = {overpass}, s.sif = {1}, s.error = {0.4f};
  s.longitudes = {{-97.51, -97.49, -97.49, -97.51}}, s.latitudes = {{44.99, 44.99, 45.01, 45.01}};
  oco.daily_sif = {0.5f}, oco.daily_factor = {0.5f};
  oco.quality = {0}, oco.cloud = {0}, oco.mode = {0}, oco.igbp = {12};
  return oco;
}

struct Selected {
  ValidationSoundings soundings;
  ValidationCounts counts;
};

Selected selected(const data::OcoFootprints& oco, const ValidationScreens& screens = {}) {
  Selected result;
  select(oco, screens, placer(), {data::Window{{2019, 5, 25}}}, result.soundings, result.counts);
  return result;
}

template <class Change>
ValidationCounts counts_of(const Change& change, const ValidationScreens& screens = {}) {
  data::OcoFootprints oco = good();
  change(oco);
  return selected(oco, screens).counts;
}

}  // namespace

TEST_CASE("hours from the overpass are of the local sun") {
  CHECK(hours_from_overpass(equator, longitude, 0) == doctest::Approx(0).epsilon(1e-9));
  CHECK(hours_from_overpass(equator + 1800, longitude, 0) == doctest::Approx(0.5));
  CHECK(std::abs(hours_from_overpass(overpass, longitude, 45)) < 0.01);
  // tan 65 / tan 98.7 = -0.328: 19.2 degrees, 77 minutes.
  CHECK(overpass_hour(65) == doctest::Approx(13.5 - 77 / 60.0).epsilon(0.001));
  CHECK(overpass_hour(-65) == doctest::Approx(13.5 + 77 / 60.0).epsilon(0.001));
  CHECK(overpass_hour(89) == doctest::Approx(7.5));
  // 165 E is 11 h ahead: 13:30 there is 2:30 UTC; half an hour earlier is still of the same sun.
  CHECK(hours_from_overpass(data::day_number({2019, 5, 30}) * 86400.0 + 2 * 3600, 165, 0) == doctest::Approx(-0.5));
  // 23:00 local is 9.5 h after, 0:00 10.5 h after, 2:00 11.5 h before.
  CHECK(hours_from_overpass(data::day_number({2019, 5, 30}) * 86400.0 + 2 * 3600, 0, 0) == doctest::Approx(-11.5));
}

TEST_CASE("each screen counts what it removes, once, and what passes is complete") {
  const Selected all = selected(good());
  CHECK(all.counts.kept() == 1);
  REQUIRE(all.soundings.size() == 1);
  CHECK(all.soundings.sif[0] == 1);
  CHECK(all.soundings.error[0] == 0.4f);
  CHECK(all.soundings.window[0] == 0);
  using Oco = data::OcoFootprints;
  CHECK(counts_of([](Oco& o) { o.footprints.longitude[0] = 20; }).off_grid == 1);
  CHECK(counts_of([](Oco& o) { o.footprints.time[0] += 20 * 86400; }).other_days == 1);
  CHECK(counts_of([](Oco& o) { o.footprints.time[0] = NAN; }).other_days == 1);
  CHECK(counts_of([](Oco& o) { o.footprints.sif[0] = NAN; }).missing == 1);
  CHECK(counts_of([](Oco& o) { o.footprints.error[0] = NAN; }).missing == 1);
  CHECK(counts_of([](Oco& o) { o.footprints.longitudes[0][2] = NAN; }).missing == 1);
  CHECK(counts_of([](Oco& o) { o.quality[0] = 2; }).quality == 1);
  CHECK(counts_of([](Oco& o) { o.quality[0] = -1; }).quality == 1);
  CHECK(counts_of([](Oco& o) { o.quality[0] = 1; }).kept() == 1);
  CHECK(counts_of([](Oco& o) { o.quality[0] = 1; }, {.quality = 0}).quality == 1);
  for (const int8_t flag : {1, 2}) {
    CHECK(counts_of([&](Oco& o) { o.cloud[0] = flag; }).cloud == 1);
    CHECK(counts_of([&](Oco& o) { o.cloud[0] = flag; }, {.cloudy = true}).kept() == 1);
  }
  CHECK(counts_of([](Oco& o) { o.mode[0] = 2; }, {.modes = {"nadir", "glint"}}).mode == 1);
  CHECK(counts_of([](Oco& o) { o.mode[0] = 1; }, {.modes = {"nadir", "glint"}}).kept() == 1);
  CHECK(counts_of([](Oco& o) { o.footprints.time[0] += 3700; }).hour == 1);
  CHECK(counts_of([](Oco& o) { o.footprints.time[0] += 3500; }).kept() == 1);
  // Negative SIF is data.
  CHECK(counts_of([](Oco& o) { o.footprints.sif[0] = -1; }).kept() == 1);
}

TEST_CASE("daily SIF is taken at any hour, with its own error") {
  data::OcoFootprints oco = good();
  oco.footprints.time[0] += 4 * 3600;
  const Selected daily = selected(oco, {.kind = data::SifKind::daily});
  REQUIRE(daily.soundings.size() == 1);
  CHECK(daily.soundings.sif[0] == 0.5f);
  CHECK(daily.soundings.error[0] == doctest::Approx(0.2));
  oco.daily_sif[0] = NAN;
  CHECK(selected(oco, {.kind = data::SifKind::daily}).counts.missing == 1);
}

TEST_CASE("pixels of FLEX have the flags of footprints of OCO, and no SIF of a day") {
  data::Soundings s;
  s.sif = {1, 1, 1, 1}, s.error = {0.2f, 0.2f, 0.2f, 0.2f};
  s.cloud_fraction = {0, 1, NAN, 0}, s.rejected = {0, 0, 0, 1};
  const data::OcoFootprints flex = as_footprints(s);
  CHECK(flex.size() == 4);
  CHECK(flex.sensor == "FLEX");
  CHECK(flex.cloud == std::vector<int8_t>{0, 1, 2, 0});
  CHECK(flex.quality == std::vector<int8_t>{0, 0, 0, 2});
  CHECK(std::isnan(flex.daily_sif[0]));
}

TEST_CASE("what is not marked leaves all columns") {
  data::OcoFootprints oco = good();
  Selected twice = selected(oco);
  oco.footprints.sif[0] = 2;
  select(oco, {}, placer(), {data::Window{{2019, 5, 25}}}, twice.soundings, twice.counts);
  twice.soundings.keep_only({0, 1});
  CHECK(twice.soundings.size() == 1);
  CHECK(twice.soundings.sif[0] == 2);
  CHECK(twice.soundings.corners.size() == 1);
  CHECK(twice.soundings.sensor.size() == 1);
}
