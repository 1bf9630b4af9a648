#pragma once
#include <vector>

#include "data/formats/raster_reader.hpp"

namespace unetsr::data {

// Resampling by exact areas. Each cell's outline, its edges curved as they are on the raster's map (to 1e-4 of the
// cell's side), is cut by the raster's pixels; areas are those on the raster's map.
//   average  the mean of the valid pixels, weighted by area
//   mode     the value with the largest area; of equals the smallest
// NaN where valid pixels cover less than half of a cell. Rasters in degrees may begin at any longitude; cells around a
// pole take all pixels around it. A cell over the line where the raster's map is torn has no value. `absent`, where
// given, gets the reason why each cell has no value. The result does not depend on the number of threads.
std::vector<float> resample_by_area(const Raster&, const Grid&, Resampling, std::vector<Absence>* absent = nullptr);

}  // namespace unetsr::data
