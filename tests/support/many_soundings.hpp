#pragma once
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/correction/scaled_soundings.hpp"
#include "footprint_scene.hpp"

namespace unetsr::test {

// Windows of a rough map with missing cells and cells below 0, and soundings that differ from it by noise and waves.
struct ManySoundings {
  ManySoundings(int windows, int rows, int columns, int each) : scene(rows, columns) {
    Random random(2);
    scene.dataset.windows.clear();
    for (int w = 0; w < windows; ++w)
      scene.dataset.windows.push_back(
          std::vector<std::string>{"2019-05-25", "2019-06-10", "2019-06-26", "2019-07-12", "2019-07-28"}[size_t(w)]);
    maps = test::rough_map(size_t(windows) * scene.cells(), 1);
    for (size_t p = 0; p < maps.size(); p += 97) maps[p] = std::numeric_limits<float>::quiet_NaN();
    for (int k = 0; k < windows * each; ++k) {
      const double x = random.uniform(0.01, columns - 7.01), y = random.uniform(0.01, rows - 3.51);
      scene.add(1 + 0.2 * std::sin(x / 9) + 0.1 * std::sin(y / 40) + 0.4 * random.normal(),
                0.4 * random.uniform(0.7, 1.3), x, y, x + 7, y + 3.5);
      scene.dataset.soundings.time.back() += 16 * 86400.0 * (k % windows);
    }
    cells.emplace(scene.dataset);
    scaled.emplace(*cells, scene.dataset.grid, maps, std::span<const uint8_t>());
  }

  test::FootprintScene scene;
  std::vector<float> maps;
  std::optional<SoundingCells> cells;
  std::optional<ScaledSoundings> scaled;
};

}  // namespace unetsr::test
