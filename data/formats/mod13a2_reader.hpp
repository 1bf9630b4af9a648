#pragma once
#include <filesystem>

#include "data/formats/granule.hpp"

// Granules of the MODIS vegetation indices MOD13A2 and MYD13A2 (16 days, 1 km, HDF4-EOS), and of MOD13A1 and MYD13A1
// (500 m), versions 006 and 061.
namespace unetsr::data {

// Throws what read_mod13a2 throws, and Error where the name disagrees with the file's own metadata: product, version,
// first day and tile of CoreMetadata, or the place in StructMetadata.
GranuleContents mod13a2_contents(const std::filesystem::path& file);
inline constexpr size_t mod13a2_data_sets = 12;

// Physical values: indices and reflectances x 1e-4, angles x 0.01 degrees. NaN: fill, outside the valid range (that of
// the product's description, which is also each data set's attribute valid_range), or screened. (The file's
// scale_factor means "divide by"; GDAL multiplies by it, so scales are fixed here.) Where the file's name gives the
// window, days of the composite are counted from the start of the window's year: 1 January after a window that began in
// December is day 366 or 367; a day outside the window is impossible. Throws Error: not HDF4, cut off, a build or a
// GDAL without HDF4, no NDVI, no pixel reliability or VI Quality unless `any`.
Granule read_mod13a2(const std::filesystem::path& file, const PixelScreens&);

}  // namespace unetsr::data
