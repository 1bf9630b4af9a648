#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/formats/raster_products.hpp"
#include "data/geography/vrt_sources.hpp"

namespace unetsr::data {

// A raster on disk, open for reading: one data set with one or several bands on one grid.
class RasterSource {
 public:
  struct Band {
    std::string label;           // "2019-05-01", "level 850"; may be empty
    std::optional<double> time;  // days since 1970-01-01
    std::string type;            // "int16", ...
    bool integer = false;
    FileAttributes attributes;
    bool alpha = false;  // marks where the other bands have values
    std::string mask;    // what marks missing pixels besides numbers: "mask band", "alpha band"; empty: nothing
  };

  virtual ~RasterSource() = default;

  std::string name;   // for messages: the file, and the data set where it has several
  std::string field;  // the data set's name; empty where the file has but one
  std::string units;
  Grid grid;
  std::string unplaced;      // why it has no grid (its sizes are known); empty where it has one
  std::string note;          // what was changed while reading, for messages; may be empty
  std::string bands_are;     // "time steps", "levels", "bands"
  std::string time_problem;  // why times cannot be read, though there are some
  std::vector<Band> bands;

  // Rows as they are stored; `masked` becomes 1 where a mask marks the pixel as missing. Throws Error: cut off, an
  // integer that is too large for a double.
  virtual void read(int band, int first_row, int rows, double* stored, uint8_t* masked) = 0;
};

// `text`: a file; FILE:NAME, a data set of it; or GDAL's name of one (NETCDF:"f.nc":v, HDF4_EOS:..., HDF5:...). NetCDF
// and HDF-EOS5 are read by netcdf-c with their axes' own attributes, all else by GDAL. Throws Error: no such file, no
// raster, several data sets and none named (they are listed), not georeferenced, rotated, axes that are not regular.
std::unique_ptr<RasterSource> open_raster(const std::string& text, VrtSources = VrtSources::own_folder);

// The names of its data sets, each of which open_raster takes as FILE:NAME; empty where it has but one.
std::vector<std::string> data_sets_of(const std::string& text);

// Whether `text` has the form of GDAL's name of a data set; and whether it ends in a number that belongs to that name
// (HDF4_SDS:UNKNOWN:"f.hdf":3).
bool names_data_set(const std::string& text);
bool ends_with_data_set(const std::string& text);

// Whether a reference system's coordinates are degrees.
bool in_degrees(const std::string& crs);

// Throws Error where coordinates cannot be those of the reference system.
void check_place(const Grid&, const std::string& name);

}  // namespace unetsr::data
