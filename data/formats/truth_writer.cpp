#include "data/formats/truth_writer.hpp"

#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <array>
#include <limits>

#include "data/formats/gdal.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {

void write_truth_map(const std::filesystem::path& path, const Grid& grid, std::span<const float> values,
                     const std::string& description, const std::string& units) {
  if (int64_t(values.size()) != grid.cells())
    throw ShapeError("a map of " + std::to_string(grid.rows) + " x " + std::to_string(grid.columns) +
                     " cells does not take " + std::to_string(values.size()) + " values");
  start_gdal();
  const QuietGdal quiet;
  const auto check = [&](bool good) {
    if (!good) throw Error(path.string() + ": cannot be written: " + QuietGdal::complaint());
  };
  GDALDriver* const driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  check(driver != nullptr);
  OGRSpatialReference crs;
  crs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  check(crs.SetFromUserInput(grid.crs.c_str()) == OGRERR_NONE);
  const std::array<const char*, 3> options = {"COMPRESS=DEFLATE", "PREDICTOR=3", nullptr};
  GDALDatasetUniquePtr file(
      driver->Create(path.c_str(), grid.columns, grid.rows, 1, GDT_Float32, const_cast<char**>(options.data())));
  check(file != nullptr);
  std::array<double, 6> place = {grid.x_origin - grid.x_step / 2, grid.x_step, 0,
                                 grid.y_origin - grid.y_step / 2, 0,           grid.y_step};
  check(file->SetGeoTransform(place.data()) == CE_None && file->SetSpatialRef(&crs) == CE_None);
  GDALRasterBand* const band = file->GetRasterBand(1);
  band->SetDescription(description.c_str());
  check(band->SetNoDataValue(std::numeric_limits<double>::quiet_NaN()) == CE_None);
  check(band->SetUnitType(units.c_str()) == CE_None);
  check(band->RasterIO(GF_Write, 0, 0, grid.columns, grid.rows, const_cast<float*>(values.data()), grid.columns,
                       grid.rows, GDT_Float32, 0, 0, nullptr) == CE_None);
  CPLErrorReset();
  file.reset();
  check(CPLGetLastErrorType() < CE_Failure);  // a full disk shows up at the close
}

}  // namespace unetsr::data
