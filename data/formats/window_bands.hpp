#pragma once
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/formats/raster_source.hpp"

// Which of a raster's bands stand for a window. Bands are counted from 1.
namespace unetsr::data {

// All but alpha bands. Throws Error where there are no others.
std::vector<int> bands_of_values(const RasterSource&);
// Those of them whose time lies in the window; all have one.
std::vector<int> bands_in_window(const RasterSource&, const std::vector<int>& bands, const Window&);
// "1 2019-05-01, 2 2019-05-09, ..."
std::string list_of_bands(const RasterSource&);

}  // namespace unetsr::data
