#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/formats/raster_reader.hpp"

// Granules of the MODIS vegetation indices MOD13A2 and MYD13A2 (16 days, 1 km, HDF4-EOS), versions 006 and 061.
namespace unetsr::data {

// The parts of a granule's name: MOD13A2.A2019145.h11v04.061.<made>.hdf
struct GranuleName {
  std::string product, tile, version;
  Date date;  // first day of the compositing period
};
bool is_granule_name(const std::filesystem::path& file);
// Throws Error where the name is no such name.
GranuleName granule_name(const std::filesystem::path& file);
// The product of a VIIRS granule by its name (VNP13A2, VJ113A2, ...; *.h5); empty where it is none.
std::string viirs_product(const std::filesystem::path& file);

// A pixel is used where its reliability rank is one of `reliability` (0 good, 1 marginal, 2 snow or ice, 3 cloudy) and
// the usefulness in VI Quality (bits 2-5; 0 best, 15 worst) is at most `usefulness`. With `any`, nothing is screened.
struct PixelScreens {
  std::vector<int> reliability = {0, 1};
  int usefulness = 15;
  bool any = false;
};

struct GranuleBand {
  std::string layer, units, long_name;
  std::vector<float> values;
};

struct Granule {
  Grid grid;
  std::vector<GranuleBand> bands;  // of the twelve data sets, those that are there
  int64_t land_pixels = 0;         // with an index
  int64_t screened_pixels = 0;     // of these, those that the screens removed
  // Pixels that are neither fill nor within the valid range, of each data set that has some ("NDVI"): missing.
  std::vector<std::pair<std::string, int64_t>> impossible;
};

// Where a granule lies, and which data sets it lacks. Throws what read_mod13a2 throws, and Error where the name
// disagrees with the file's own metadata: product, version, first day and tile of CoreMetadata, or the place in
// StructMetadata.
struct GranuleContents {
  Grid grid;
  std::vector<std::string> missing;  // data sets, of the twelve: "VI Quality"
};
GranuleContents mod13a2_contents(const std::filesystem::path& file);
inline constexpr size_t mod13a2_data_sets = 12;

// Physical values: indices and reflectances x 1e-4, angles x 0.01 degrees. NaN: fill, outside the valid range (that of
// the product's description, which is also each data set's attribute valid_range), or screened. (The file's
// scale_factor means "divide by"; GDAL multiplies by it, so scales are fixed here.) Where the file's name gives the
// window, days of the composite are counted from the start of the window's year: 1 January after a window that began in
// December is day 366 or 367; a day outside the window is impossible. Throws Error: not HDF4, cut off, a GDAL without
// HDF4, no NDVI, no pixel reliability or VI Quality unless `any`.
Granule read_mod13a2(const std::filesystem::path& file, const PixelScreens&);

}  // namespace unetsr::data
