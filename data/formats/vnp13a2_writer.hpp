#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/grid.hpp"

namespace unetsr::data {

// The numbers that a VJ113A2 granule stores: one a pixel in row order, north first. Indices and reflectances x 10000,
// angles in 0.01 degrees; fills as named below.
struct Vnp13a2Pixels {
  std::vector<int16_t> ndvi, evi, evi2;
  std::vector<int16_t> red, nir, blue, green, swir1, swir2, swir3;
  std::vector<int16_t> view_zenith, sun_zenith, relative_azimuth;
  std::vector<int16_t> composite_day;  // of the year
  std::vector<uint16_t> quality;       // VI Quality, bits
  std::vector<int8_t> reliability;     // ranks of VIIRS, see granule.hpp

  explicit Vnp13a2Pixels(size_t count);  // all fill
  size_t size() const { return ndvi.size(); }
};

// Indices and reliability have two fills: water, and no data.
struct Vnp13a2Fill {
  static constexpr int16_t water_index = -15000, index = -13000, reflectance = -1000, angle = -20000, day = -1;
  static constexpr uint16_t quality = 65535;
  static constexpr int8_t water_rank = -4, rank = -1;
};

// VJ113A2.A2027009.h11v04.002.<made>.h5, with a constant for when it was made.
std::string vj113a2_name(Date first_day, int h, int v);

// Writes a granule of VJ113A2 (HDF-EOS5, one deflated chunk a row). The grid is sinusoidal, north up, cells of 1 km: a
// tile (h, v) or a part of it. A global attribute names the simulated world. Throws Error where the file cannot be
// written.
void write_vj113a2(const std::filesystem::path& file, const Grid&, Date first_day, int h, int v, const Vnp13a2Pixels&,
                   const std::string& world);

}  // namespace unetsr::data
