#include "pipeline/evaluate/noise_ceiling.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "data/scores/noise.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("A window of too few cells does not take the ceiling of the others away") {
  constexpr int rows = 40, columns = 50;
  data::Dataset d;
  d.grid = {rows, columns, 0.5, 1, -0.5, -1, "EPSG:3857"};
  d.windows = {"2019-05-25", "2019-06-10"};
  Random random(3);
  std::vector<float> sif;
  for (int i = 0; i < 2 * rows * columns; ++i) sif.push_back(float(i % columns) * 0.1f + 0.3f * float(random.normal()));
  d.add({data::target_layer, "", "", sif});
  const NoiseCeiling whole = pooled_noise_ceiling(d);
  CHECK(whole.noise == doctest::Approx(0.3).epsilon(0.05));
  for (size_t i = size_t(rows * columns) + 20; i < sif.size(); ++i) sif[i] = std::numeric_limits<float>::quiet_NaN();
  d.layers[0].values = sif;
  const NoiseCeiling one = pooled_noise_ceiling(d);
  CHECK(std::isnan(noise_ceiling_per_window(d)[1].noise));
  CHECK(one.noise == doctest::Approx(noise_ceiling_per_window(d)[0].noise));
  CHECK(one.r2 == doctest::Approx(whole.r2).epsilon(0.02));
}
