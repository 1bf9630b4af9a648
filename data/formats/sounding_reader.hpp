#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>

#include "data/dataset/soundings.hpp"

// TROPOMI SIF files, recognised by their variables, not by their names:
//   TROPOSIF L2B daily (TROPOSIF_L2B_<date>.nc, S5P_PAL__L2B_SIF...), a list of soundings
//   TROPOSIF L2 per orbit, the same variables by (time, scanline, ground_pixel)
//   Caltech ungridded daily (TROPO_SIF_<date>_ungridded.nc)
namespace unetsr::data {

// Hands the soundings over in parts of at most `part` (of an orbit: whole scanlines), in the file's order. Those
// without a position or a SIF are handed over too: a screen counts them. Caltech's footprints come from lat_bnds and
// lon_bnds. Throws Error naming file and variable: not NetCDF, cut off, a variable that is missing or has other
// dimensions or units.
void read_soundings(const std::filesystem::path& file, size_t part, const std::function<void(const Soundings&)>& take);

}  // namespace unetsr::data
