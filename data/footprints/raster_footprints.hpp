#pragma once
#include <span>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/footprints/footprint.hpp"

namespace unetsr::data {

// Means of any raster over footprints, on the raster's own grid: cells by the exact area that they share with the
// footprint on the raster's map. Longitudes of a grid in degrees may begin anywhere.
class RasterFootprints {
 public:
  explicit RasterFootprints(const Grid&);

  // The cells under a footprint, which are none off the raster; a cell may come twice.
  struct Cells {
    std::vector<CellShare> shares;
    double area = 0;  // of the whole footprint, in cells
  };
  Cells cells(const FootprintCorners&) const;

  // Mean over the present cells; NaN where they hold less than three quarters of the footprint.
  static constexpr double least_present = 0.75;
  static float mean(const Cells&, std::span<const float> values);

 private:
  int rows_, columns_;
  std::vector<FootprintPlacer> placers_;  // of the grid at each turn around the globe
};

}  // namespace unetsr::data
