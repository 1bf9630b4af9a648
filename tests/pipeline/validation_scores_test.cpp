#include "pipeline/validate/validation_scores.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "kernels/random.hpp"
#include "page_checks.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

data::Grid grid() {
  data::Grid g;
  g.rows = g.columns = 64, g.x_step = 0.01, g.y_step = -0.01, g.x_origin = 10.005, g.y_origin = 49.995;
  return g;
}

// Footprints at random places of the grid; `truth` is what OCO would measure without noise.
struct Case {
  ValidationSoundings soundings;
  std::vector<float> truth;
};

Case make(size_t count, double noise) {
  Random random(3, 1);
  Case c;
  ValidationSoundings& s = c.soundings;
  for (size_t i = 0; i < count; ++i) {
    s.longitude.push_back(10 + 0.64 * random.uniform()), s.latitude.push_back(49.36 + 0.64 * random.uniform());
    c.truth.push_back(float(1 + random.normal()));
    s.sif.push_back(float(double(c.truth.back()) + noise * random.normal()));
    s.error.push_back(float(noise)), s.time.push_back(86400.0 * double(i % 3));
    s.mode.push_back(int8_t(i % 2)), s.igbp.push_back(int8_t(i % 4 == 0 ? -1 : 12)), s.window.push_back(0);
    s.sensor.push_back("OCO-2"), s.corners.emplace_back();
  }
  return c;
}

std::vector<float> changed(std::vector<float> map, double factor, double noise) {
  Random random(4, 1);
  for (float& v : map) v = float(factor * double(v) + noise * random.normal());
  return map;
}

report::ValidateReport report_of(const Case& c, const std::vector<MapOnFootprints>& maps,
                                 const std::vector<float>& truth = {}) {
  report::ValidateReport report;
  score_footprints(maps, c.soundings, strata_of(c.soundings, {"1970-01-01"}), grid(), truth, report);
  return report;
}

}  // namespace

TEST_CASE("of a perfect map all that is left is the noise of OCO") {
  const Case c = make(20000, 0.5);
  const report::ValidateReport r = report_of(c, {{"map", false, c.truth, {}}}, c.truth);
  CHECK(r.footprints == 20000);
  CHECK(r.days == 3);
  CHECK(r.noise == doctest::Approx(0.5));
  CHECK(r.noise_share == doctest::Approx(0.2).epsilon(0.03));
  const report::ValidatedEntry& e = r.entries[0];
  CHECK(e.metrics.rmse == doctest::Approx(0.5).epsilon(0.02));
  CHECK(e.r == doctest::Approx(std::sqrt(r.ceiling_r2())).epsilon(0.01));
  CHECK(e.clear_rmse < 0.1);
  CHECK(e.truth->rmse == 0);
  CHECK(e.scale == doctest::Approx(1).epsilon(0.02));
  // The slope on OCO, which is noisy, is smaller by the share of noise.
  CHECK(e.metrics.slope == doctest::Approx(0.8).epsilon(0.03));
}

TEST_CASE("RMSE without the noise of OCO is that against the truth") {
  const Case c = make(20000, 0.5);
  const report::ValidateReport r = report_of(
      c, {{"good", false, changed(c.truth, 1, 0.2), {}}, {"bad", false, changed(c.truth, 1, 0.4), {}}}, c.truth);
  for (const report::ValidatedEntry& e : r.entries) CHECK(e.clear_rmse == doctest::Approx(e.truth->rmse).epsilon(0.05));
  REQUIRE(r.entries[1].less_first.interval);
  CHECK(r.entries[1].less_first.interval->low > 0);
  CHECK(std::isnan(r.entries[0].less_first.value));
}

TEST_CASE("one slope takes a difference of calibration away") {
  const Case c = make(20000, 0.5);
  const report::ValidateReport r = report_of(c, {{"map", false, changed(c.truth, 0.8, 0), {}}});
  const report::ValidatedEntry& e = r.entries[0];
  CHECK(e.scale == doctest::Approx(1.25).epsilon(0.02));
  CHECK(e.metrics.rmse > 0.55);
  CHECK(e.scaled.rmse == doctest::Approx(0.5).epsilon(0.02));
  CHECK(std::abs(e.scaled.bias) < 0.02);
}

TEST_CASE("intervals of map and OCO together hold as often as they state") {
  const Case c = make(20000, 0.5);
  const std::vector<float> map = changed(c.truth, 1, 0.3);
  const report::ValidateReport right = report_of(c, {{"map", false, map, std::vector<float>(map.size(), 0.3f)}}),
                               wrong = report_of(c, {{"map", false, map, std::vector<float>(map.size(), 0.01f)}});
  REQUIRE(right.entries[0].coverage);
  CHECK(right.entries[0].coverage->share[2] == doctest::Approx(0.9).epsilon(0.02));
  CHECK(wrong.entries[0].coverage->share[2] < 0.87);
}

TEST_CASE("skill is against the coarse SIF, and baselines stand in order behind the maps") {
  const Case c = make(2000, 0.5);
  const report::ValidateReport r = report_of(c, {{"map", false, changed(c.truth, 1, 0.5), {}},
                                                 {"coarse", true, changed(c.truth, 1, 1), {}},
                                                 {"nirv", true, c.truth, {}}});
  CHECK(r.entries[0].name == "map");
  CHECK(r.entries[1].name == "nirv");
  CHECK(r.entries[2].name == "coarse");
  CHECK(r.skill_reference == "coarse");
  CHECK(r.entries[2].skill.value == 0);
  CHECK(r.entries[1].skill.value > r.entries[0].skill.value);
  CHECK(r.entries[0].skill.value ==
        doctest::Approx(1 - std::pow(r.entries[0].metrics.rmse / r.entries[2].metrics.rmse, 2)));
}

TEST_CASE("strata hold all footprints of a kind, and none that is of no kind") {
  const Case c = make(2000, 0.5);
  const report::ValidateReport r = report_of(c, {{"map", false, c.truth, {}}});
  REQUIRE(r.strata.size() == 2);  // of one window, one season, one sensor and one land cover there are no strata
  CHECK(r.strata[0].family == "mode");
  CHECK(r.strata[0].name == "nadir");
  CHECK(r.strata[1].name == "glint");
  CHECK(r.strata[0].metrics[0].cells == 1000);
  const auto counts = by_soundings({0, NAN, 5, 9.9f, 10, 50});
  REQUIRE(counts);
  CHECK(counts->names == std::vector<std::string>{"below 5", "5 to 10", "10 to 20", "20 or more"});
  CHECK(counts->of_footprint == std::vector<int>{0, 0, 1, 1, 2, 3});
}

TEST_CASE("footprints that a map has no value on are scored for no map; a few are no score") {
  const std::vector<MapOnFootprints> maps = {{"a", false, {1, NAN, 1}, {}}, {"b", false, {1, 1, NAN}, {}}};
  CHECK(on_all_maps(maps) == std::vector<uint8_t>{1, 0, 0});
  const Case few = make(9, 0.5);
  CHECK_THROWS_NAMING(Error, report_of(few, {{"map", false, few.truth, {}}}), "9 footprints");
}

TEST_CASE("the page stands alone, whatever is not known") {
  const Case c = make(2000, 0.5);
  for (const std::vector<float>& truth : {std::vector<float>(), c.truth}) {
    report::ValidateReport r = report_of(c,
                                         {{"map", false, changed(c.truth, 0.9, 0.3), std::vector<float>(2000, 0.3f)},
                                          {"coarse", true, changed(c.truth, 1, 1), {}}},
                                         truth);
    r.kind = "instantaneous", r.sensors = {"OCO-2 11r"}, r.windows = {"2019-05-25"}, r.screens = {{"read", 2500}};
    const std::string page = validate_page(r);
    test::check_stands_alone(page);
    CHECK(test::contains(page, "2,000 footprints"));
    CHECK(test::contains(page, "measured minus map"));
  }
}

TEST_CASE("residuals are means over blocks of OCO minus the map") {
  Case c = make(20, 0);
  for (size_t i = 0; i < 20; ++i) c.soundings.longitude[i] = 10.005, c.soundings.latitude[i] = 49.995;
  c.soundings.error.assign(20, 0.1f);
  std::vector<float> map = c.soundings.sif;
  for (float& v : map) v -= 0.25f;
  const report::ValidateReport r = report_of(c, {{"map", false, map, {}}});
  CHECK(r.residuals[0][0] == doctest::Approx(0.25));
  CHECK(std::isnan(r.residuals[0][1]));
  CHECK(r.residual_grid.rows == 64);
}
