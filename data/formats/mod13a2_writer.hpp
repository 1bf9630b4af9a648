#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/grid.hpp"

namespace unetsr::data {

// The numbers that a MOD13A2 granule stores: one a pixel in row order, north first. Indices and reflectances x 10000,
// angles in 0.01 degrees; fills as named below.
struct Mod13a2Pixels {
  std::vector<int16_t> ndvi, evi;
  std::vector<int16_t> red, nir, blue, mir;
  std::vector<int16_t> view_zenith, sun_zenith, relative_azimuth;
  std::vector<int16_t> composite_day;  // of the year
  std::vector<uint16_t> quality;       // VI Quality, bits
  std::vector<int8_t> reliability;     // 0 good, 1 marginal, 2 snow or ice, 3 cloudy

  explicit Mod13a2Pixels(size_t count);  // all fill
  size_t size() const { return ndvi.size(); }
};

struct Mod13a2Fill {
  static constexpr int16_t index = -3000, reflectance = -1000, angle = -10000, azimuth = -4000, day = -1;
  static constexpr uint16_t quality = 65535;
  static constexpr int8_t reliability = -1;
};

// MOD13A2.A2019145.h11v04.061.<made>.hdf, with a constant for when it was made.
std::string mod13a2_name(Date first_day, int h, int v);

// Writes a granule (HDF4-EOS, one deflated chunk a row) that GDAL places. The grid is sinusoidal, north up, cells of 1
// km: a tile or a part of one. A global attribute names the simulated world; an empty name is none. Throws Error where
// the file cannot be written, or the build has no HDF4. Not for several threads at a time.
void write_mod13a2(const std::filesystem::path& file, const Grid&, const Mod13a2Pixels&, const std::string& world = {});

}  // namespace unetsr::data
