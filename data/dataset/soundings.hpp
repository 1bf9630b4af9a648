#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unetsr::data {

// SIF soundings of one file, one part of a file, or one dataset, column by column: entry i of every column is the same
// sounding. NaN where missing. Corners go around the footprint in either direction; longitudes in degrees east.
struct Soundings {
  std::vector<float> sif;                                    // mW m-2 sr-1 nm-1; what it is: SifQuantity
  std::vector<float> error;                                  // its 1 sigma
  std::vector<double> longitude, latitude;                   // of the centre, degrees
  std::vector<std::array<double, 4>> longitudes, latitudes;  // of the corners, degrees
  std::vector<double> time;                                  // seconds since 1970-01-01 UTC
  std::vector<float> sza, vza;                               // sun and viewing zenith angles, degrees
  std::vector<float> cloud_fraction;                         // 0..1

  // Where each comes from; a column is empty where no sounding has it, an entry is -1 where one has not.
  std::vector<int32_t> file;                    // index among the inputs of the dataset's provenance
  std::vector<int32_t> orbit, scanline, pixel;  // of the instrument
  // The first day, counted from 1970-01-01, of the window in which the entry counts. Where windows overlap, a sounding
  // has an entry for each that holds its day.
  std::vector<int32_t> window;

  // Of a file that is read: 1 where the product's own quality flag rejects a sounding; empty: it rejects none.
  std::vector<uint8_t> rejected;

  size_t size() const { return sif.size(); }
  void append(const Soundings& other, size_t index);
  // Entries first .. first + count - 1, of all columns that have an entry for each sounding.
  Soundings slice(size_t first, size_t count) const;
};

}  // namespace unetsr::data
