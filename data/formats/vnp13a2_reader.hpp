#pragma once
#include <filesystem>

#include "data/formats/granule.hpp"

// Granules of the VIIRS vegetation indices VNP13A2, VJ113A2 and VJ213A2 (16 days every 8 days, 1 km, HDF-EOS5), and of
// VNP13A1, VJ113A1 and VJ213A1 (500 m), version 002.
namespace unetsr::data {

inline constexpr size_t vnp13a2_data_sets = 16;

// The place is that of StructMetadata.0. Throws what read_vnp13a2 throws, and Error where the name disagrees with the
// file's own metadata (product, version, first day, tile), or the place is not on the pixels of the named tile to a
// hundredth of one.
GranuleContents vnp13a2_contents(const std::filesystem::path& file);

// Physical values, by each data set's own valid_range, _FillValue (one value or several: all of them are missing) and
// scale_factor, which multiplies and must be that of the product's description: 1e-4 for indices and reflectances, 0.01
// for angles, in degrees. NaN: fill, outside the valid range, screened, or no measurement (estimated, long-term
// average). Days of the composite as in read_mod13a2(). Throws Error: not HDF5, cut off, another product, a data set
// of another size or without these attributes, no NDVI, no pixel reliability or VI Quality unless `any`.
Granule read_vnp13a2(const std::filesystem::path& file, const PixelScreens&);

}  // namespace unetsr::data
