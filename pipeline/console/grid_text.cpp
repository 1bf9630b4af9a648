#include "pipeline/console/grid_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "data/geography/grid_extent.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::pipeline {

std::string grid_text(const data::Grid& grid) {
  constexpr size_t longest = 40;
  const bool modis = data::same_crs(grid.crs, data::modis_sinusoidal_crs);
  const char* const unit = data::Projection(grid.crs).geographic() ? "degrees" : "m";
  return fmt::format("{} x {} cells of {:.6g} x {:.6g} {} ({})", grid.rows, grid.columns, std::abs(grid.y_step),
                     std::abs(grid.x_step), unit, modis ? "MODIS sinusoidal" : excerpt(grid.crs, longest));
}

std::string extent_text(const data::Grid& grid, const data::Mask& region) {
  const data::BoundingBox box = data::extent_in_degrees(grid, region);
  return fmt::format("longitude {:.3f} to {:.3f}, latitude {:.3f} to {:.3f} degrees", box.west, box.east, box.south,
                     box.north);
}

}  // namespace unetsr::pipeline
