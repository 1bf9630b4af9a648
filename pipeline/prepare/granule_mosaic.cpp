#include "pipeline/prepare/granule_mosaic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/dataset/missing.hpp"
#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {

using data::missing;
namespace fs = std::filesystem;

GranuleMosaic::Extent GranuleMosaic::extent() const {
  data::Grid lattice;
  std::optional<data::Grid> all;
  for (const auto& files : set_.files)
    for (const fs::path& file : files) {
      const data::Grid grid = data::mod13a2_grid(file);
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
  return {lattice, *all};
}

void GranuleMosaic::lay(size_t window, const data::Grid& grid, size_t windows, std::vector<data::Layer>& layers,
                        const Output& output) const {
  const size_t cells = size_t(grid.cells());
  int64_t land = 0, screened = 0;
  for (const fs::path& file : set_.files[window]) {
    stop_if_interrupted();
    data::Granule granule = data::read_mod13a2(file, screens_);
    bool inside = false;
    for (data::GranuleBand& band : granule.bands) {
      const std::vector<float> values =
          data::on_grid({granule.grid, std::move(band.values)}, grid, data::Resampling::nearest);
      auto layer =
          std::find_if(layers.begin(), layers.end(), [&](const data::Layer& l) { return l.name == band.layer; });
      if (layer == layers.end())
        layer = layers.insert(layers.end(),
                              {band.layer, band.units, band.long_name, std::vector<float>(windows * cells, missing)});
      for (size_t i = 0; i < cells; ++i)
        if (!std::isnan(values[i])) layer->values[window * cells + i] = values[i], inside = true;
    }
    if (!inside) output.warning(file.string() + " holds nothing in the region");
    land += granule.land_pixels, screened += granule.screened_pixels;
  }
  output.line(fmt::format("{}: {} granules, {} pixels with an index, {} of them screened for their quality",
                          data::to_string(set_.windows[window].first), set_.files[window].size(), land, screened));
}

}  // namespace unetsr::pipeline
