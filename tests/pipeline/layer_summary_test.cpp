#include "pipeline/prepare/layer_summary.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("A layer's shares, range and median, part by part, are those of the whole layer") {
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  Random random(5);
  std::vector<float> all;
  LayerSummary summary(2);
  CHECK(summary.empty());
  for (int part = 0; part < 20; ++part) {
    std::vector<float> values;
    for (int i = 0; i < 500; ++i) values.push_back(i % 5 == part % 2 ? none : float(random.normal() * 0.3 + 0.2));
    summary.add(part % 2, values);
    all.insert(all.end(), values.begin(), values.end());
  }
  const ValueRange range = range_of(all);
  const LayerRow row = summary.row("ndvi", "1", 10000);
  CHECK(row.range.present == range.present);
  CHECK(row.range.minimum == range.minimum);
  CHECK(row.range.maximum == range.maximum);
  CHECK(std::abs(row.range.median - range.median) < 1e-3f);
  CHECK(row.mean_share == doctest::Approx(0.4));
  CHECK(summary.present(0) == 4000);
  LayerSummary whole(1);
  whole.add(0, std::vector<float>{-3, 7, 0.52f, 0.52f, none});
  CHECK(whole.row("", "", 5).range.median == doctest::Approx(0.52).epsilon(2e-5));
  CHECK(whole.row("", "", 5).lowest_share == doctest::Approx(0.8));
}
