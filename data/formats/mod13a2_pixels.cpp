#include <array>
#include <cstdio>

#include "data/formats/mod13a2_writer.hpp"

namespace unetsr::data {

Mod13a2Pixels::Mod13a2Pixels(size_t count)
    : ndvi(count, Mod13a2Fill::index),
      evi(count, Mod13a2Fill::index),
      red(count, Mod13a2Fill::reflectance),
      nir(count, Mod13a2Fill::reflectance),
      blue(count, Mod13a2Fill::reflectance),
      mir(count, Mod13a2Fill::reflectance),
      view_zenith(count, Mod13a2Fill::angle),
      sun_zenith(count, Mod13a2Fill::angle),
      relative_azimuth(count, Mod13a2Fill::azimuth),
      composite_day(count, Mod13a2Fill::day),
      quality(count, Mod13a2Fill::quality),
      reliability(count, Mod13a2Fill::reliability) {}

std::string mod13a2_name(Date first, int h, int v) {
  std::array<char, 80> name;
  std::snprintf(name.data(), name.size(), "MOD13A2.A%04d%03d.h%02dv%02d.061.2020001000000.hdf", first.year,
                day_number(first) - day_number({first.year, 1, 1}) + 1, h, v);
  return name.data();
}

}  // namespace unetsr::data
