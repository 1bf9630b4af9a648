#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/formats/raster_reader.hpp"

// Granules of the MODIS vegetation indices MOD13A2 and MYD13A2 (16 days, 1 km, HDF4-EOS), versions 006 and 061.
namespace unetsr::data {

// What a granule's name says: MOD13A2.A2019145.h11v04.061.<made>.hdf
struct GranuleName {
  std::string product, tile, version;
  Date date;  // first day of the compositing period
};
bool is_granule_name(const std::filesystem::path& file);
// Throws Error where the name is no such name.
GranuleName granule_name(const std::filesystem::path& file);

// A pixel is used where its reliability rank is one of `reliability` (0 good, 1 marginal, 2 snow or ice, 3 cloudy) and
// the usefulness in VI Quality (bits 2-5; 0 best, 15 worst) is at most `usefulness`. Where a granule lacks one of the
// two data sets, that one does not screen.
struct PixelScreens {
  std::vector<int> reliability = {0, 1};
  int usefulness = 15;
};

struct GranuleBand {
  std::string layer, units, long_name;
  std::vector<float> values;
};

struct Granule {
  Grid grid;
  std::vector<GranuleBand> bands;  // of the twelve data sets, those that are there
  int64_t land_pixels = 0;         // with an index
  int64_t screened_pixels = 0;     // of these, those that the screens took
};

// Where a granule lies. Throws what read_mod13a2 throws.
Grid mod13a2_grid(const std::filesystem::path& file);

// Physical values: indices and reflectances x 1e-4, angles x 0.01 degrees. NaN: fill, outside the valid range, or
// screened. (The file's scale_factor means "divide by"; it is not what GDAL takes it for, so the facts stand here.)
// Throws Error: not HDF4, cut off, a GDAL without HDF4, no NDVI.
Granule read_mod13a2(const std::filesystem::path& file, const PixelScreens&);

}  // namespace unetsr::data
