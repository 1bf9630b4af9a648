#pragma once
#include <filesystem>
#include <string>

namespace unetsr::data {

// The contents of a file of soundings by its name:
//   TROPOSIF_L2B_<date>.nc                                            TROPOSIF, a day
//   S5P_PAL__L2B_SIF____<first orbit>_<last orbit>_<processed>.nc     the same
//   S5P_PAL__L2__SIF____<start>_<end>_[<orbit>_..._]<processed>.nc    TROPOSIF, an orbit
//   TROPO_SIF_<date>_ungridded.nc                                     Caltech, a day
//   oco2_LtSIF_<yymmdd>_<build>_<processed>.nc4                       OCO SIF Lite: its times count
// A name that goes on otherwise after the date (TROPOSIF_L2B_<date>_iowa.nc) is one of `part`: only its times count.
// With more digits (TROPOSIF_L2B_<date>_<date>.nc) it may hold several days: it is of `other`.
struct SoundingName {
  enum class Kind { other, part, troposif_day, troposif_orbit, caltech_day };
  Kind kind = Kind::other;
  int day = 0;                 // the first, since 1970-01-01; not of `other`
  double first = 0, last = 0;  // seconds since 1970-01-01: no sounding lies outside; not of `other`
  std::string processed;       // YYYYMMDDTHHMMSS; empty: not known
  int orbit = -1;              // -1: not known

  bool dated() const { return kind != Kind::other; }
};

// An orbit takes 101.5 minutes, and a day's file holds those that begin on the day: it runs on after midnight. Names
// end with the start of the last orbit.
inline constexpr double sounding_time_slack = 2 * 3600;  // s

SoundingName sounding_name(const std::filesystem::path& file);

// The product of a Sentinel-5P file by its name, as in L2__NO2___; empty where it is no such name.
std::string sentinel_5p_product(const std::filesystem::path& file);

}  // namespace unetsr::data
