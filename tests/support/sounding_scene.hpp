#pragma once
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/resample.hpp"
#include "data/dataset/scales.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "kernels/random.hpp"

namespace unetsr::test {

inline constexpr int side = 160, factor = 4, windows = 2;
inline constexpr double slope = 3;  // SIF over NDVI

// A scene whose fine SIF is slope x NDVI, seen by turned footprints on six days of each window, with errors that
// differ.
inline data::Dataset scene_of_soundings(double noise) {
  data::Dataset d;
  d.grid = {side, side, 0.005, 0.01, 10 - 0.005, -0.01, "EPSG:4326"};
  d.windows = {"2019-05-25", "2019-06-10"};
  d.coarse_factor = factor;
  Random random(7, 1);
  std::vector<float> ndvi(size_t(windows * side * side)), nir(ndvi.size());
  for (float& v : ndvi) v = float(random.uniform(0.1, 0.9));
  for (float& v : nir) v = float(random.uniform(0.2, 0.4));
  const auto add = [&](const std::string& name, const std::vector<float>& fine) {
    d.add({name, "1", "", fine});
    d.coarse_layers.push_back({name, "1", "", data::block_mean(fine, d.shape(), factor)});
  };
  add("ndvi", ndvi), add("nir", nir);

  data::Soundings& s = d.soundings;
  for (int window = 0; window < windows; ++window)
    for (int k = 0; k < 12000; ++k) {
      const double x = random.uniform(0.0202, 1.5798), y = 10 - random.uniform(0.0202, 1.5798),
                   turn = random.uniform(0, std::numbers::pi);
      std::array<double, 4> xs, ys;
      const std::array<double, 4> u = {-0.018, 0.018, 0.018, -0.018}, v = {-0.009, -0.009, 0.009, 0.009};
      for (size_t c = 0; c < 4; ++c)
        xs[c] = x + u[c] * std::cos(turn) - v[c] * std::sin(turn),
        ys[c] = y + u[c] * std::sin(turn) + v[c] * std::cos(turn);
      s.longitude.push_back(x), s.latitude.push_back(y), s.longitudes.push_back(xs), s.latitudes.push_back(ys);
      s.sif.push_back(0), s.error.push_back(float(random.uniform(0.3, 0.6)));
      s.time.push_back((data::day_number({2019, 5, 25}) + 16 * window + int(random.below(6))) * 86400.0 + 10);
      s.sza.push_back(30), s.vza.push_back(10), s.cloud_fraction.push_back(0);
    }
  const data::SoundingCells cells(d);
  REQUIRE(cells.size() == s.size());
  for (size_t i = 0; i < s.size(); ++i)
    s.sif[i] =
        float(slope * cells.mean(i, std::span(ndvi).subspan(size_t(cells[i].window * side * side), side * side)) +
              noise * random.uniform(-1, 1));
  d.coarse_layers.insert(d.coarse_layers.begin(),
                         {"sif", "mW m-2 sr-1 nm-1", "",
                          data::coarse_sif(data::SoundingCells(d), d, std::vector<uint8_t>(s.size(), 1)).sif});
  return d;
}

}  // namespace unetsr::test
