#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/soundings.hpp"

namespace unetsr::data {

// The soundings of a TROPOSIF L2B file with all of their columns.
struct TroposifSoundings {
  Soundings soundings;                             // SIF and error of the 743-758 nm fit window
  std::vector<float> sif_735, error_735;           // of the 735-758 nm window, mW m-2 sr-1 nm-1; NaN: the fit failed
  std::vector<float> radiance_743;                 // mean at the top of the atmosphere, mW m-2 sr-1 nm-1
  std::vector<std::array<float, 7>> reflectance;   // there, at 665 680 712 741 755 773 781 nm
  std::vector<float> day_length_factor;            // daily mean of SIF over SIF at the overpass
  std::vector<float> solar_azimuth, view_azimuth;  // degrees, -180..180
  std::vector<uint8_t> land_cover;                 // IGBP, 1-16

  size_t size() const { return soundings.size(); }
  void append(const TroposifSoundings& other);
};

// TROPOSIF_L2B_2019-06-10.nc
std::string troposif_name(Date);

// Writes a day's file (NetCDF-4, groups and units of the real product), part by part. As in the real files, a missing
// SIF_735 is the library's default fill, which no attribute declares. A global attribute names the simulated world; an
// empty name is none. Throws Error where the file cannot be written.
class TroposifWriter {
 public:
  TroposifWriter(const std::filesystem::path& file, Date, const std::string& world = {});
  TroposifWriter(const TroposifWriter&) = delete;
  ~TroposifWriter();

  void append(const TroposifSoundings&);
  void close();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace unetsr::data
