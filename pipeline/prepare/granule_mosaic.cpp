#include "pipeline/prepare/granule_mosaic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "data/geography/nearest_cells.hpp"
#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {
namespace fs = std::filesystem;

GranuleMosaic::Extent GranuleMosaic::extent() const {
  data::Grid lattice;
  std::vector<data::Grid> each;
  std::optional<data::Grid> all;
  for (const auto& files : set_.files)
    for (const fs::path& file : files) {
      const data::Grid grid = data::mod13a2_grid(file);
      each.push_back(grid);
      if (!all) {
        lattice = grid;
        all = grid;
        continue;
      }
      const double left = std::min(all->x(0), grid.x(0)), top = std::max(all->y(0), grid.y(0));
      const double right = std::max(all->x(all->columns - 1), grid.x(grid.columns - 1)),
                   bottom = std::min(all->y(all->rows - 1), grid.y(grid.rows - 1));
      all->columns = int(std::lround((right - left) / all->x_step)) + 1;
      all->rows = int(std::lround((bottom - top) / all->y_step)) + 1;
      all->x_origin = left, all->y_origin = top;
    }
  return {lattice, *all, each};
}

void GranuleMosaic::lay(size_t window, const data::Grid& grid, size_t windows, std::vector<data::Layer>& layers,
                        const Output& output) const {
  constexpr float missing = std::numeric_limits<float>::quiet_NaN();
  const size_t cells = size_t(grid.cells());
  int64_t land = 0, screened = 0;
  for (const fs::path& file : set_.files[window]) {
    stop_if_interrupted();
    data::Granule granule = data::read_mod13a2(file, screens_);
    const std::vector<int32_t> pixels = data::nearest_cells(granule.grid, grid);
    bool inside = false;
    for (const data::GranuleBand& band : granule.bands) {
      auto layer =
          std::find_if(layers.begin(), layers.end(), [&](const data::Layer& l) { return l.name == band.layer; });
      if (layer == layers.end())
        layer = layers.insert(layers.end(),
                              {band.layer, band.units, band.long_name, std::vector<float>(windows * cells, missing)});
      for (size_t i = 0; i < cells; ++i) {
        const float value = pixels[i] < 0 ? missing : band.values[size_t(pixels[i])];
        if (!std::isnan(value)) layer->values[window * cells + i] = value, inside = true;
      }
    }
    if (!inside) output.warning(file.string() + " holds nothing in the region");
    land += granule.land_pixels, screened += granule.screened_pixels;
  }
  output.line(fmt::format("{}: {} granules, {} pixels with an index, {} of them screened for their quality",
                          data::to_string(set_.windows[window].first), set_.files[window].size(), land, screened));
}

}  // namespace unetsr::pipeline
