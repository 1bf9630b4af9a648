#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>

#include "data/dataset/soundings.hpp"

// TROPOMI SIF files, recognised by their variables, not by their names:
//   TROPOSIF L2B daily (TROPOSIF_L2B_<date>.nc, S5P_PAL__L2B_SIF...), a list of soundings
//   TROPOSIF L2 per orbit, the same variables by (time, scanline, ground_pixel)
//   Caltech ungridded daily (TROPO_SIF_<date>_ungridded.nc)
namespace unetsr::data {

// Passes the soundings on in batches of at most `part` (of an orbit: whole scanlines), in the file's order. Those
// without a position or a SIF are passed on too: a screen counts them. Caltech's footprints come from lat_bnds and
// lon_bnds. Orbit, scanline and pixel are those of variables of that name (one a sounding), of the attribute `orbit`,
// of the file's name, or of an orbit's file its rows and columns; where there are none, their columns stay empty.
// Throws Error naming file and variable: not NetCDF, cut off, another product, a variable that is missing or has other
// dimensions or units.
void read_soundings(const std::filesystem::path& file, size_t part, const std::function<void(const Soundings&)>& take);

// Without reading values: how many soundings a file holds. Throws what read_soundings throws.
int64_t count_soundings(const std::filesystem::path& file);

// Longitudes and latitudes of a file's centres alone; other columns are empty.
Soundings sounding_places(const std::filesystem::path& file);

// The days (since 1970-01-01) of a file's soundings, with the number of each: reads their times alone.
std::map<int, int64_t> sounding_days(const std::filesystem::path& file);

}  // namespace unetsr::data
