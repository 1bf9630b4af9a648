#include "pipeline/prepare/sensor_scaling.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "captured_stderr.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

constexpr double slope = 1.08, offset = -0.03;

// All shared bands, and one that is not.
data::Granule granule(const data::Part& part, bool viirs, double noise, uint64_t seed) {
  data::Granule g;
  g.grid = part_of(data::modis_tile_grid(11, 4), part);
  Random random(seed);
  for (const std::string& layer : {std::string("ndvi"), std::string("evi"), std::string("red"), std::string("nir"),
                                   std::string("blue"), std::string("vza")}) {
    data::GranuleBand band{layer, "1", layer, {}};
    for (int row = 0; row < part.rows; ++row)
      for (int column = 0; column < part.columns; ++column) {
        const double truth = 0.5 + 0.3 * std::sin(0.1 * (part.row + row)) * std::cos(0.07 * (part.column + column));
        const double value = (viirs ? (truth - offset) / slope : truth) + noise * random.normal();
        band.values.push_back(random.below(20) == 0 ? NAN : float(value));
      }
    g.bands.push_back(std::move(band));
  }
  return g;
}

}  // namespace

TEST_CASE("A line between two sensors is found from pixels of both, wherever their parts lie") {
  SensorScaling scaling;
  scaling.add(granule({100, 200, 120, 130}, true, 0.01, 1), granule({90, 180, 120, 130}, false, 0.01, 2));
  const Output lines(Output::Mode::lines);
  const std::string text = test::captured_stderr([&] { scaling.finish(lines); });
  for (const char* word : {"VIIRS is scaled to MODIS", "slope", "ndvi", "blue", "RMSE"})
    CHECK(test::contains(text, word));
  data::Granule exact = granule({100, 200, 60, 60}, true, 0, 3);
  const data::Granule truth = granule({100, 200, 60, 60}, false, 0, 4);
  scaling.apply(exact);
  for (size_t b = 0; b < exact.bands.size(); ++b)
    for (size_t i = 0; i < exact.bands[b].values.size(); ++i) {
      const float value = exact.bands[b].values[i], wanted = truth.bands[b].values[i];
      if (std::isnan(value) || std::isnan(wanted)) continue;
      if (exact.bands[b].layer == "vza")
        CHECK(double(value) == doctest::Approx((double(wanted) - offset) / slope).epsilon(1e-5));
      else
        CHECK(std::abs(double(value) - double(wanted)) < 0.01);
    }
}

TEST_CASE("The slope is not that of least squares, which noise makes smaller") {
  BandLine line;
  Random random(5);
  for (int i = 0; i < 20000; ++i) {
    const double truth = random.normal();
    line.add(truth + 0.5 * random.normal(), 2 * truth + 1 + 1.0 * random.normal());
  }
  CHECK(line.slope() == doctest::Approx(2).epsilon(0.03));  // least squares: 1.6
  CHECK(line.offset() == doctest::Approx(1).epsilon(0.05));
  CHECK(line.correlation() == doctest::Approx(0.8).epsilon(0.02));
}

TEST_CASE("Without pixels of both sensors nothing is scaled") {
  const Output quiet(Output::Mode::quiet);
  SensorScaling none;
  CHECK_THROWS_NAMING(UsageError, none.finish(quiet), "--mix-sensors", "0 pixels");
  SensorScaling few;
  few.add(granule({0, 0, 20, 20}, true, 0, 1), granule({0, 0, 20, 20}, false, 0, 2));
  CHECK_THROWS_NAMING(UsageError, few.finish(quiet), "--mix-sensors", "ndvi", "too few");
}

TEST_CASE("Of a granule among two sensors the shared bands and VI Quality stay") {
  data::Granule g = granule({0, 0, 4, 4}, true, 0, 1);
  g.bands.push_back({"vi_quality", "1", "", std::vector<float>(16, 1)});
  g.bands.push_back({"swir3", "1", "", std::vector<float>(16, 1)});
  keep_shared_bands(g);
  CHECK(g.bands.size() == 6);
  CHECK(std::none_of(g.bands.begin(), g.bands.end(),
                     [](const data::GranuleBand& b) { return b.layer == "vza" || b.layer == "swir3"; }));
}
