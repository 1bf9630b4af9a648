#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"

// Products of vegetation indices, 16 days, on the sinusoidal grid of MODIS, and the names of their files.
namespace unetsr::data {

enum class Sensor { modis, viirs };

struct GranuleProduct {
  std::string name;  // "VJ113A2"
  Sensor sensor = Sensor::modis;
  std::vector<std::string> versions;  // known ones
  int tile_cells = 0;                 // pixels on a tile's side: 1200 (1 km) or 2400 (500 m)
  std::string prefix;                 // of its data sets' names: "1 km 16 days "
};

// MOD13A2, MYD13A2, VNP13A2, VJ113A2, VJ213A2 (1 km); MOD13A1, MYD13A1, VNP13A1, VJ113A1, VJ213A1 (500 m).
const std::vector<GranuleProduct>& granule_products();
// Throws Error for another name.
const GranuleProduct& granule_product(const std::string& name);

// The parts of a granule's name: MOD13A2.A2019145.h11v04.061.<made>.hdf, VJ113A2.A2027009.h11v04.002.<made>.h5
struct GranuleName {
  std::string product, tile, version;
  Date date;  // first day of the compositing period
};
bool is_granule_name(const std::filesystem::path& file);
// Throws Error where the name is no such name.
GranuleName granule_name(const std::filesystem::path& file);
// The product that a granule's name states, and its sensor. Throw likewise.
const GranuleProduct& product_of(const std::filesystem::path& granule);
Sensor sensor_of(const std::filesystem::path& granule);
// Composites of Terra begin on days 1, 17, ... of a year, those of Aqua 8 days later; VIIRS has both phases.
bool begins_with_terra(Date first);
// The product of a VIIRS granule by its name, of indices or another (VNP13A2, VNP15A2H; *.h5); empty where it is none.
std::string viirs_product(const std::filesystem::path& file);

}  // namespace unetsr::data
