#pragma once
#include <doctest/doctest.h>

#include "data/dataset/calendar.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "kernels/random.hpp"

namespace unetsr::test {

using namespace unetsr::data;

// A window on cells of a hundredth of a degree, blocks of 4 x 4; footprints in units of cells.
struct FootprintScene {
  FootprintScene(int rows, int columns) {
    dataset.grid = {rows, columns, 0.005, 0.01, 10 - 0.005, -0.01, "EPSG:4326"};
    dataset.windows = {"2019-05-25"};
    dataset.coarse_factor = 4;
  }

  void add(double sif, double error, double left, double top, double right, double bottom) {
    Soundings& s = dataset.soundings;
    const double west = left / 100, east = right / 100, north = 10 - top / 100, south = 10 - bottom / 100;
    s.sif.push_back(float(sif)), s.error.push_back(float(error));
    s.longitude.push_back((west + east) / 2), s.latitude.push_back((north + south) / 2);
    s.longitudes.push_back({west, east, east, west}), s.latitudes.push_back({north, north, south, south});
    s.time.push_back(day_number({2019, 5, 25}) * 86400.0 + 1000);
    s.sza.push_back(0), s.vza.push_back(0), s.cloud_fraction.push_back(0);
  }

  // `count` footprints of 7 x 3.5 cells anywhere, that tell the map's mean and normal noise.
  void add_soundings(int count, const std::vector<float>& map, double error, double noise) {
    Random random(5, 1);
    const int first = int(dataset.soundings.size());
    for (int k = 0; k < count; ++k) {
      const double x = random.uniform(0.01, dataset.grid.columns - 7.01),
                   y = random.uniform(0.01, dataset.grid.rows - 3.51);
      add(0, error, x, y, x + 7, y + 3.5);
    }
    const SoundingCells cells(dataset);
    REQUIRE(int(cells.size()) == first + count);
    for (size_t i = size_t(first); i < cells.size(); ++i)
      dataset.soundings.sif[i] = float(cells.mean(i, map) + noise * random.normal());
  }

  size_t cells() const { return size_t(dataset.grid.cells()); }

  Dataset dataset;
};

inline std::vector<float> rough_map(size_t cells, uint64_t seed) {
  std::vector<float> map;
  Random random(seed);
  for (size_t p = 0; p < cells; ++p) map.push_back(float(1 + 0.5 * random.normal()));
  return map;
}

}  // namespace unetsr::test
