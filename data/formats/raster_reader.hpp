#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "kernels/enum_names.hpp"

// Any raster that GDAL opens.
namespace unetsr::data {

// One band with its own grid: values in row order, NaN where the band has no data.
struct Raster {
  Grid grid;
  std::vector<float> values;
};

enum class Resampling { nearest, bilinear, average, mode };

// Scale and offset of the band are applied. Throws Error naming the file: not a raster, cut off, no such band, not
// georeferenced, rotated.
Raster read_raster(const std::filesystem::path& file, int band = 1);
// The same of a data set by its GDAL name; `file` is for errors. With `raw`, scale, offset and nodata are left alone.
Raster read_gdal(const std::string& gdal_name, const std::string& file, int band, bool raw);

// Where a data set lies.
Grid gdal_grid(const std::string& gdal_name, const std::string& file);

// A raster on another grid. Where both grids share their reference system and their cells (to a hundredth of a cell),
// values are copied; else GDAL resamples. average and mode look at all cells under the new one. NaN off the raster.
std::vector<float> on_grid(const Raster&, const Grid&, Resampling);

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
