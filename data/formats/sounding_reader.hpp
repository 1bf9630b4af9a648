#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "data/dataset/soundings.hpp"
#include "data/formats/sounding_layout.hpp"

// Files of SIF soundings, recognised by their variables, not by their names (sounding_layout.hpp):
//   TROPOSIF L2B daily (TROPOSIF_L2B_<date>.nc, S5P_PAL__L2B_SIF...), a list of soundings
//   TROPOSIF L2 per orbit, the same variables by (time, scanline, ground_pixel)
//   Caltech ungridded daily (TROPO_SIF_<date>_ungridded.nc)
//   OCO-2 and OCO-3 SIF Lite (oco2_LtSIF_<yymmdd>_...nc4)
//   FLEX L2 (flex_l2_reader.hpp), the file of its folder that holds the spectra
//   and what a layout of the user's own describes
namespace unetsr::data {

// Which SIF of a file is read, and a format beside those that are known.
struct SoundingSource {
  SifChoice sif;
  std::optional<SoundingLayout> own;  // goes before those that are known
};

// Passes the soundings on in batches of at most `part` (of an orbit: whole scanlines; of FLEX: a row each), in the
// file's order. Those without a position or a SIF are passed on too: a screen counts them, as those that the product's
// own quality flag rejects (Soundings::rejected). Orbit, scanline and pixel are those of variables of that name (one a
// sounding), of the attribute `orbit`, of the file's name, or of an orbit's file its rows and columns; where there are
// none, their columns stay empty. Throws Error naming file and variable: not NetCDF, cut off, another product, a
// variable that is missing or has other dimensions or units; UsageError where the product does not have that SIF.
void read_soundings(const std::filesystem::path& file, size_t part, const std::function<void(const Soundings&)>& take,
                    const SoundingSource& = {});

// Without reading values: the name of its product, and what its SIF is. Throws what read_soundings throws.
struct SoundingContents {
  std::string product;
  SifQuantity sif;
};
SoundingContents sounding_contents(const std::filesystem::path& file, const SoundingSource& = {});

// The same: how many soundings a file holds.
int64_t count_soundings(const std::filesystem::path& file, const SoundingSource& = {});

// Longitudes and latitudes of a file's centres alone; other columns are empty.
Soundings sounding_places(const std::filesystem::path& file, const SoundingSource& = {});

// The days (since 1970-01-01) of a file's soundings, with the number of each: reads their times alone.
std::map<int, int64_t> sounding_days(const std::filesystem::path& file, const SoundingSource& = {});

}  // namespace unetsr::data
