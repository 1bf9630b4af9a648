#pragma once
#include <array>
#include <cstdint>
#include <string>

namespace unetsr::data {

// The reason why a raster has no value at a place.
enum class Absence : uint8_t {
  none,     // the raster has a value
  outside,  // off the raster
  fill,     // a fill value or nodata, NaN
  mask,     // a mask or an alpha band
  invalid,  // outside the valid range, or a code that is no value
  partial,  // of a cell: its valid pixels cover less than half of it
};
inline constexpr size_t absences = 6;
inline constexpr std::array<const char*, absences> absence_names = {
    "", "outside the raster", "fill or nodata", "masked", "outside the valid range", "less than half covered"};

}  // namespace unetsr::data
