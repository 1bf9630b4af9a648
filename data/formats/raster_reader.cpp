#include "data/formats/raster_reader.hpp"

#include <gdal_priv.h>
#include <gdal_utils.h>

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "data/geography/gdal.hpp"
#include "data/geography/projection.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

std::array<double, 6> geotransform(const Grid& g) {
  return {g.x_origin - g.x_step / 2, g.x_step, 0, g.y_origin - g.y_step / 2, 0, g.y_step};
}

Grid grid_of(GDALDataset& dataset, const std::string& file) {
  std::array<double, 6> t;
  if (dataset.GetGeoTransform(t.data()) != CE_None || dataset.GetProjectionRef()[0] == '\0')
    throw Error(file + ": is not georeferenced; give it a place with gdal_translate -a_srs -a_ullr");
  if (t[2] != 0 || t[4] != 0) throw Error(file + ": is rotated; make it north up with gdalwarp");
  Grid grid;
  grid.rows = dataset.GetRasterYSize(), grid.columns = dataset.GetRasterXSize();
  grid.x_step = t[1], grid.y_step = t[5];
  grid.x_origin = t[0] + t[1] / 2, grid.y_origin = t[3] + t[5] / 2;
  grid.crs = dataset.GetProjectionRef();
  return grid;
}

GDALDatasetUniquePtr in_memory(const Grid& grid, std::vector<float>& values) {
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("MEM");
  GDALDatasetUniquePtr dataset(driver->Create("", grid.columns, grid.rows, 0, GDT_Float32, nullptr));
  OGRSpatialReference srs;
  srs.SetFromUserInput(grid.crs.c_str());
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  dataset->SetSpatialRef(&srs);
  std::array<double, 6> t = geotransform(grid);
  dataset->SetGeoTransform(t.data());
  std::array<char, 64> pointer = {};
  CPLPrintPointer(pointer.data(), values.data(), int(pointer.size()) - 1);
  char** options = CSLSetNameValue(nullptr, "DATAPOINTER", pointer.data());
  dataset->AddBand(GDT_Float32, options);
  CSLDestroy(options);
  dataset->GetRasterBand(1)->SetNoDataValue(missing);
  return dataset;
}

GDALDatasetUniquePtr open(const std::string& name, const std::string& file) {
  start_gdal();
  GDALDatasetUniquePtr dataset(GDALDataset::Open(name.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY));
  if (!dataset) throw Error(file + ": cannot be opened: " + QuietGdal::complaint());
  return dataset;
}

bool whole(double v) {
  return std::abs(v - std::round(v)) < 0.01;
}

}  // namespace

Grid gdal_grid(const std::string& name, const std::string& file) {
  const QuietGdal quiet;
  return grid_of(*open(name, file), file);
}

Raster read_gdal(const std::string& name, const std::string& file, int band_number, bool raw) {
  const QuietGdal quiet;
  const GDALDatasetUniquePtr dataset = open(name, file);
  if (band_number < 1 || band_number > dataset->GetRasterCount())
    throw Error(file + ": has " + std::to_string(dataset->GetRasterCount()) + " bands, no band " +
                std::to_string(band_number));
  Raster raster;
  raster.grid = grid_of(*dataset, file);
  raster.values.resize(size_t(raster.grid.cells()));
  GDALRasterBand* band = dataset->GetRasterBand(band_number);
  const int columns = raster.grid.columns, rows = raster.grid.rows;
  if (band->RasterIO(GF_Read, 0, 0, columns, rows, raster.values.data(), columns, rows, GDT_Float32, 0, 0, nullptr) !=
      CE_None)
    throw Error(file + ": cannot be read (is it cut off?): " + QuietGdal::complaint());
  if (raw) return raster;
  int has_nodata = 0;
  const float nodata = float(band->GetNoDataValue(&has_nodata));
  const double scale = band->GetScale(), offset = band->GetOffset();
  for (float& v : raster.values) v = has_nodata && v == nodata ? missing : float(double(v) * scale + offset);
  return raster;
}

Raster read_raster(const std::filesystem::path& file, int band) {
  return read_gdal(file.string(), file.string(), band, false);
}

std::optional<Cell> offset_of(const Grid& part, const Grid& grid) {
  const double column = (part.x_origin - grid.x_origin) / grid.x_step,
               row = (part.y_origin - grid.y_origin) / grid.y_step;
  const double last_column = (part.x(part.columns - 1) - grid.x_origin) / grid.x_step,
               last_row = (part.y(part.rows - 1) - grid.y_origin) / grid.y_step;
  const bool same_cells = whole(column) && whole(row) && std::abs(last_column - column - (part.columns - 1)) < 0.01 &&
                          std::abs(last_row - row - (part.rows - 1)) < 0.01;
  if (!same_cells || !same_crs(part.crs, grid.crs)) return std::nullopt;
  return Cell{int(std::lround(row)), int(std::lround(column))};
}

std::vector<float> on_grid(const Raster& raster, const Grid& grid, Resampling kind) {
  std::vector<float> values(size_t(grid.cells()), missing);
  if (const auto offset = offset_of(grid, raster.grid)) {
    for (int i = 0; i < grid.rows; ++i)
      for (int j = 0; j < grid.columns; ++j) {
        const int row = i + offset->row, column = j + offset->column;
        if (row >= 0 && row < raster.grid.rows && column >= 0 && column < raster.grid.columns)
          values[size_t(i) * size_t(grid.columns) + size_t(j)] =
              raster.values[size_t(row) * size_t(raster.grid.columns) + size_t(column)];
      }
    return values;
  }
  start_gdal();
  const QuietGdal quiet;
  std::vector<float> source = raster.values;
  const GDALDatasetUniquePtr from = in_memory(raster.grid, source), to = in_memory(grid, values);
  const std::string method = kind == Resampling::nearest ? "near" : unetsr::to_string(kind);
  // Without the scales GDAL smooths where it believes to go to larger cells, and moves values by some percent of a
  // cell.
  std::array<const char*, 12> arguments = {"-r",  method.c_str(), "-et", "0",        "-srcnodata", "nan",
                                           "-wo", "XSCALE=1",     "-wo", "YSCALE=1", nullptr,      nullptr};
  GDALWarpAppOptions* options = GDALWarpAppOptionsNew(const_cast<char**>(arguments.data()), nullptr);
  GDALDatasetH handle = GDALDataset::ToHandle(from.get());
  const GDALDatasetH warped = GDALWarp(nullptr, GDALDataset::ToHandle(to.get()), 1, &handle, options, nullptr);
  GDALWarpAppOptionsFree(options);
  if (!warped) throw Error("resampling failed: " + QuietGdal::complaint());
  return values;
}

}  // namespace unetsr::data
