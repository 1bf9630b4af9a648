#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/formats/absence.hpp"
#include "data/formats/raster_products.hpp"
#include "data/formats/raster_source.hpp"
#include "kernels/enum_names.hpp"

// Any raster that GDAL opens, and NetCDF.
namespace unetsr::data {

// One band with its own grid: values in row order, NaN where the band has no data.
struct Raster {
  Grid grid;
  std::vector<float> values;
  std::vector<Absence> absent = {};  // why values are missing; empty: not known
};

enum class Resampling { nearest, bilinear, average, mode };

// One band of what open_raster opens, or the mean of several where each pixel has a value. Numbers are valid or not as
// they are stored; then scale and offset are applied. Throws Error naming the file: cut off, no such band, not
// georeferenced, rotated, a scale that is not certain, integers that float does not hold exactly.
Raster read_bands(RasterSource&, std::span<const int> bands, const ValueRules&);
Raster read_raster(const std::filesystem::path& file, int band = 1);
// The same of a data set by its GDAL name; `file` is for errors. With `raw`, GDAL reads it, and scale, offset, nodata
// and masks are left alone.
Raster read_gdal(const std::string& gdal_name, const std::string& file, int band, bool raw);

// Where a data set lies.
Grid gdal_grid(const std::string& gdal_name, const std::string& file);

// A raster on another grid. Where both grids share their reference system and their cells (to a hundredth of a cell),
// values are copied. Else nearest and bilinear are GDAL's, average and mode those of resample_by_area. Longitudes may
// begin anywhere. NaN off the raster; `absent`, where given, gets the reason why each cell has no value.
std::vector<float> on_grid(const Raster&, const Grid&, Resampling, std::vector<Absence>* absent = nullptr);

// The offset of `part`'s first cell in `whole`, if both share reference system and cells.
std::optional<Cell> offset_of(const Grid& part, const Grid& whole);

}  // namespace unetsr::data

template <>
struct unetsr::EnumNames<unetsr::data::Resampling> {
  static constexpr const char* what = "resampling";
  static constexpr std::pair<unetsr::data::Resampling, const char*> names[] = {
      {unetsr::data::Resampling::nearest, "nearest"},
      {unetsr::data::Resampling::bilinear, "bilinear"},
      {unetsr::data::Resampling::average, "average"},
      {unetsr::data::Resampling::mode, "mode"}};
};
