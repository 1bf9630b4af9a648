#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>

#include "data/dataset/sif_quantity.hpp"
#include "data/dataset/soundings.hpp"

// FLEX L2 (FLX_L2__FLXSYN_<start>_<stop>_<made>_<tile>_...), of which no real file was there to be read: the layout is
// that of the specification that SNAP's reader follows (processors 03.02 to 04.01). A folder with NetCDF files, each
// with some of the groups L2_Fluorescence, L2_Quality and Ancillary_Information, on 366 x 366 pixels of 300 m.
namespace unetsr::data {

// By the folder's name.
bool is_flex_folder(const std::filesystem::path& folder);
// Whether the file holds the spectra of such a product.
bool is_flex_l2(const std::filesystem::path& file);

inline constexpr SifQuantity flex_sif = {};

// `file`: that which holds the spectra; variables of other groups are those of the files beside it. Passes on each
// row's pixels that have a place, with SIF at the channel next to 740 nm (within 1.5 nm) and its uncertainty. The
// footprint of a pixel reaches to the middle between its centre and its neighbours'. The time is the middle of those in
// the folder's name. Angles are those of the first instrument. Rejected: by the bits of quality_flags_sif, else by the
// values 1 to 4 of quality_flags (5 is of the vegetation products). The cloud fraction is 1 under a cloud or its shadow
// as pixel_classification has them, else 0; without that variable 0 where quality_flags has the pixel valid. `scanline`
// and `pixel` are row and column. Throws Error naming file and variable.
void read_flex_l2(const std::filesystem::path& file, const std::function<void(const Soundings&)>& take);

}  // namespace unetsr::data
