#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/formats/granule_name.hpp"

// What the readers of vegetation indices of MODIS and VIIRS share.
namespace unetsr::data {

// A pixel is used where its rank of pixel reliability is one of `reliability` and the usefulness in VI Quality (bits
// 2-5; 0 best, 15 worst) is at most `usefulness`. With `any`, these screen nothing. Ranks that are no measurement are
// never used, whatever the screens.
struct PixelScreens {
  std::vector<int> reliability = {};  // empty: the sensor's default_ranks()
  int usefulness = 15;
  bool any = false;
};

// MODIS: 0 good, 1 marginal, 2 snow or ice, 3 cloudy. VIIRS: 0 excellent, 1 good, 2 acceptable, 3 marginal, 4 pass, 5
// questionable, 6 poor, 7 cloud shadow, 8 snow or ice, 9 cloud; beyond, 10 estimated and 11 long-term average are no
// measurements.
std::vector<int> default_ranks(Sensor);
int worst_measured_rank(Sensor);

struct GranuleBand {
  std::string layer, units, long_name;
  std::vector<float> values;
};

struct Granule {
  Grid grid;
  std::vector<GranuleBand> bands;  // of the product's data sets, those that are there
  int64_t land_pixels = 0;         // with an index
  int64_t screened_pixels = 0;     // of these, those that the screens removed
  int64_t estimated_pixels = 0;    // of those removed, the ones whose rank is that of no measurement
  // Pixels that are neither fill nor within the valid range, of each data set that has some ("NDVI"): missing.
  std::vector<std::pair<std::string, int64_t>> impossible;
};

// Null where the granule has none of this layer.
const GranuleBand* band_of(const Granule&, const std::string& layer);

// Where a granule lies, and which data sets it lacks.
struct GranuleContents {
  Grid grid;
  std::vector<std::string> missing;  // data sets: "VI Quality"
};

// The layer of a sensor's ranks of pixel reliability: the sensors' ranks are not the same thing.
const char* rank_layer(Sensor);
inline constexpr const char* quality_layer = "vi_quality";

// A file's own metadata; empty where it has none.
struct OwnMetadata {
  std::string product, version, first_day, h, v;
};

// Throws Error where a granule's name disagrees with its metadata or the place of its grid: a tile or a part of it.
void require_name(const std::filesystem::path&, const OwnMetadata&, const Grid&);

// Days of the year in a layer composite_day to days since the window's year began; returns how many lie outside the
// compositing period, which become missing.
int64_t to_window_days(std::vector<float>& days, Date first);

// Applies the screens to a granule whose bands are read. Throws Error naming the file where a data set that screens is
// not there, unless `any`.
void screen(Granule&, Sensor, const std::string& prefix, const PixelScreens&, const std::filesystem::path&);

}  // namespace unetsr::data
