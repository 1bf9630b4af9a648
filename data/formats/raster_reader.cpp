#include "data/formats/raster_reader.hpp"

#include <fmt/format.h>
#include <gdal_priv.h>
#include <gdal_utils.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "data/crs/gdal.hpp"
#include "data/dataset/available_memory.hpp"
#include "data/dataset/missing.hpp"
#include "data/formats/area_resampling.hpp"
#include "data/geography/gdal_input.hpp"
#include "data/geography/nearest_cells.hpp"
#include "data/geography/projection.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

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
  GDALDatasetUniquePtr dataset = open_user_raster(name);
  if (!dataset) throw Error(file + ": cannot be opened: " + QuietGdal::complaint());
  return dataset;
}

Absence absence_of(double v, bool masked, const ValueRules& rules, bool integer) {
  if (std::isnan(v) || (!integer && !(std::abs(v) < 1e30))) return Absence::fill;
  for (const double fill : rules.fills)
    if (v == fill) return Absence::fill;
  if (masked) return Absence::mask;
  if ((rules.low && v < *rules.low) || (rules.high && v > *rules.high)) return Absence::invalid;
  return Absence::none;
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
  if (!raw) return read_raster(name, band_number);
  const GDALDatasetUniquePtr dataset = open(name, file);
  if (band_number < 1 || band_number > dataset->GetRasterCount())
    throw Error(file + ": has " + std::to_string(dataset->GetRasterCount()) + " bands, no band " +
                std::to_string(band_number));
  Raster raster;
  raster.grid = grid_of(*dataset, file);
  refuse_beyond_memory(double(raster.grid.cells()) * sizeof(float), file, "cut it with gdal_translate -projwin");
  raster.values.resize(size_t(raster.grid.cells()));
  GDALRasterBand* band = dataset->GetRasterBand(band_number);
  const int columns = raster.grid.columns, rows = raster.grid.rows;
  if (band->RasterIO(GF_Read, 0, 0, columns, rows, raster.values.data(), columns, rows, GDT_Float32, 0, 0, nullptr) !=
      CE_None)
    throw Error(file + ": cannot be read (is it cut off?): " + QuietGdal::complaint());
  return raster;
}

Raster read_bands(RasterSource& source, std::span<const int> bands, const ValueRules& rules) {
  if (!source.unplaced.empty()) throw Error(source.name + ": " + source.unplaced);
  check_place(source.grid, source.name);
  if (!rules.problem.empty())
    throw Error(source.name + ": " + rules.problem + "; state it, as in ?scale=0.0001&offset=0 behind the file");
  for (const int band : bands)
    if (band < 1 || band > int(source.bands.size()))
      throw Error(source.name + ": has " + std::to_string(source.bands.size()) + " bands, no band " +
                  std::to_string(band));
  Raster raster;
  raster.grid = source.grid;
  refuse_beyond_memory(double(raster.grid.cells()) * (sizeof(float) + 1 + (bands.size() > 1 ? 10 : 0)), source.name,
                       "cut it with gdal_translate -projwin");
  const size_t cells = size_t(raster.grid.cells()), columns = size_t(raster.grid.columns);
  raster.values.assign(cells, missing);
  raster.absent.assign(cells, Absence::none);
  std::vector<double> sums(bands.size() > 1 ? cells : 0);
  std::vector<uint16_t> counts(sums.size());
  const size_t rows_at_once = std::clamp<size_t>((size_t(1) << 22) / columns, 1, size_t(raster.grid.rows));
  std::vector<double> stored(rows_at_once * columns);
  std::vector<uint8_t> masked(stored.size());
  for (const int band : bands) {
    const bool integer = source.bands[size_t(band - 1)].integer;
    const bool plain = integer && rules.scale == 1 && rules.offset == 0;
    for (int row = 0; row < raster.grid.rows; row += int(rows_at_once)) {
      const int rows = std::min(int(rows_at_once), raster.grid.rows - row);
      source.read(band, row, rows, stored.data(), masked.data());
      const size_t first = size_t(row) * columns;
      for (size_t i = 0; i < size_t(rows) * columns; ++i) {
        const double v = stored[i];
        const Absence why = absence_of(v, masked[i], rules, integer);
        if (raster.absent[first + i] == Absence::none) raster.absent[first + i] = why;
        if (why != Absence::none) continue;
        if (plain && double(float(v)) != v)
          throw Error(
              fmt::format("{}: holds the integer {}, which does not fit the 24 bits of a float; number the "
                          "classes from 1 with gdal_calc, or state what is valid with ?valid=LOW:HIGH",
                          source.name, v));
        const double value = v * rules.scale + rules.offset;
        if (!(std::abs(value) <= std::numeric_limits<float>::max()))
          throw Error(fmt::format("{}: the stored number {} means {:.6g}, which is too large", source.name, v, value));
        if (sums.empty())
          raster.values[first + i] = float(value);
        else
          sums[first + i] += value, ++counts[first + i];
      }
    }
  }
  for (size_t i = 0; i < sums.size(); ++i)
    if (counts[i]) raster.values[i] = float(sums[i] / counts[i]), raster.absent[i] = Absence::none;
  return raster;
}

Raster read_raster(const std::filesystem::path& file, int band) {
  const QuietGdal quiet;
  const std::unique_ptr<RasterSource> source = open_raster(file.string());
  ValueRules rules;
  if (band >= 1 && band <= int(source->bands.size())) rules = value_rules(source->bands[size_t(band - 1)].attributes);
  return read_bands(*source, {&band, 1}, rules);
}

std::optional<Cell> offset_of(const Grid& part, const Grid& grid) {
  const double column = (part.x_origin - grid.x_origin) / grid.x_step,
               row = (part.y_origin - grid.y_origin) / grid.y_step;
  const double last_column = (part.x(part.columns - 1) - grid.x_origin) / grid.x_step,
               last_row = (part.y(part.rows - 1) - grid.y_origin) / grid.y_step;
  constexpr double far = 1e9;  // cells; what lies farther away shares none
  const bool same_cells = std::abs(column) < far && std::abs(row) < far && whole(column) && whole(row) &&
                          std::abs(last_column - column - (part.columns - 1)) < 0.01 &&
                          std::abs(last_row - row - (part.rows - 1)) < 0.01;
  if (!same_cells || !same_crs(part.crs, grid.crs)) return std::nullopt;
  return Cell{int(std::lround(row)), int(std::lround(column))};
}

namespace {

// The longitudes of a grid's centres, from a sample of them: west and east of their range, without a jump.
std::optional<std::pair<double, double>> longitudes_of(const Grid& grid, const Grid& raster) {
  std::vector<double> x, y;
  for (int a = 0; a <= 40; ++a)
    for (int b = 0; b <= 40; ++b)
      x.push_back(grid.x_origin + grid.x_step * (double(b) / 40 * grid.columns - 0.5)),
          y.push_back(grid.y_origin + grid.y_step * (double(a) / 40 * grid.rows - 0.5));
  if (!same_crs(grid.crs, raster.crs)) {
    OGRSpatialReference from, to;
    from.SetFromUserInput(grid.crs.c_str()), to.SetFromUserInput(raster.crs.c_str());
    from.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER), to.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    const std::unique_ptr<OGRCoordinateTransformation> transform(OGRCreateCoordinateTransformation(&from, &to));
    if (!transform) return std::nullopt;
    std::vector<int> ok(x.size());
    transform->TransformWithErrorCodes(int(x.size()), x.data(), y.data(), nullptr, nullptr, ok.data());
    for (size_t i = 0; i < x.size(); ++i)
      if (ok[i] != 0 || !std::isfinite(x[i])) x[i] = missing;
  }
  x.erase(std::remove_if(x.begin(), x.end(), [](double v) { return std::isnan(v); }), x.end());
  if (x.empty()) return std::nullopt;
  if (same_crs(grid.crs, raster.crs))
    return std::pair{*std::min_element(x.begin(), x.end()), *std::max_element(x.begin(), x.end())};
  // The largest gap between neighbours on the circle lies outside.
  for (double& v : x) v -= 360 * std::floor(v / 360);
  std::sort(x.begin(), x.end());
  double gap = x.front() + 360 - x.back();
  size_t after = 0;
  for (size_t i = 1; i < x.size(); ++i)
    if (x[i] - x[i - 1] > gap) gap = x[i] - x[i - 1], after = i;
  return std::pair{x[after], x[after == 0 ? x.size() - 1 : after - 1] + (after == 0 ? 0 : 360)};
}

// A raster in degrees whose longitudes begin elsewhere (0..360 for a grid west of Greenwich; -180..180 for one over the
// date line), turned so that it surrounds the grid: by whole turns, and, where it goes around the globe, with its
// columns cut elsewhere. Nothing where it lies as it should.
std::optional<Raster> turned_to(const Raster& raster, const Grid& grid) {
  const Grid& g = raster.grid;
  if (g.x_step <= 0 || !in_degrees(g.crs)) return std::nullopt;
  const auto range = longitudes_of(grid, g);
  if (!range) return std::nullopt;
  const double west = g.x_origin - g.x_step / 2, east = west + g.columns * g.x_step, margin = 2 * g.x_step;
  const double around = 360 / g.x_step;
  const bool globe = std::abs(around - g.columns) < 0.01;
  double middle = (range->first + range->second) / 2;
  const double half = (range->second - range->first) / 2;
  const double turns = std::round(((west + east) / 2 - middle) / 360);
  middle += 360 * turns;
  const bool fits = middle - half - (globe ? margin : 0) >= west && middle + half + (globe ? margin : 0) <= east;
  Raster turned;
  if (globe && !fits && half < 180 - margin) {
    // Cut on the other side of the globe.
    const int shift = int(std::lround((middle - 180 - west) / g.x_step));
    turned.grid = g;
    turned.grid.x_origin += shift * g.x_step - 360 * turns;
    turned.values.resize(raster.values.size()), turned.absent.resize(raster.absent.size());
    for (int i = 0; i < g.rows; ++i)
      for (int j = 0; j < g.columns; ++j) {
        const size_t row = size_t(i) * size_t(g.columns);
        const size_t from = row + size_t(((j + shift) % g.columns + g.columns) % g.columns);
        turned.values[row + size_t(j)] = raster.values[from];
        if (!raster.absent.empty()) turned.absent[row + size_t(j)] = raster.absent[from];
      }
    return turned;
  }
  // GDAL turns by itself between two reference systems, not within one.
  if (turns == 0 || !same_crs(grid.crs, g.crs)) return std::nullopt;
  turned = raster;
  turned.grid.x_origin -= 360 * turns;
  return turned;
}

Absence absence_of_pixel(const Raster& raster, size_t pixel) {
  if (!std::isnan(raster.values[pixel])) return Absence::none;
  const Absence why = raster.absent.empty() ? Absence::fill : raster.absent[pixel];
  return why == Absence::none ? Absence::fill : why;
}

// Why the pixel under each cell's centre has no value; `pixels` as nearest_cells has them.
std::vector<Absence> absence_at_centres(const Raster& raster, const std::vector<int32_t>& pixels) {
  std::vector<Absence> absent;
  for (const int32_t pixel : pixels)
    absent.push_back(pixel < 0 ? Absence::outside : absence_of_pixel(raster, size_t(pixel)));
  return absent;
}

}  // namespace

std::vector<float> on_grid(const Raster& given, const Grid& grid, Resampling kind, std::vector<Absence>* absent) {
  start_gdal();
  const QuietGdal quiet;
  const std::optional<Raster> turned = turned_to(given, grid);
  const Raster& raster = turned ? *turned : given;
  std::vector<float> values(size_t(grid.cells()), missing);
  if (const auto offset = offset_of(grid, raster.grid)) {
    if (absent) absent->assign(values.size(), Absence::outside);
    for (int i = 0; i < grid.rows; ++i)
      for (int j = 0; j < grid.columns; ++j) {
        const int row = i + offset->row, column = j + offset->column;
        if (row < 0 || row >= raster.grid.rows || column < 0 || column >= raster.grid.columns) continue;
        const size_t to = size_t(i) * size_t(grid.columns) + size_t(j),
                     from = size_t(row) * size_t(raster.grid.columns) + size_t(column);
        values[to] = raster.values[from];
        if (absent) (*absent)[to] = raster.absent.empty() ? Absence::none : raster.absent[from];
      }
    return values;
  }
  if (kind == Resampling::average || kind == Resampling::mode) return resample_by_area(raster, grid, kind, absent);
  if (kind == Resampling::nearest) {
    const std::vector<int32_t> pixels = nearest_cells(raster.grid, grid);
    for (size_t i = 0; i < values.size(); ++i)
      if (pixels[i] >= 0) values[i] = raster.values[size_t(pixels[i])];
    if (absent) *absent = absence_at_centres(raster, pixels);
    return values;
  }
  std::vector<float> source = raster.values;
  const GDALDatasetUniquePtr from = in_memory(raster.grid, source), to = in_memory(grid, values);
  // Without the scales GDAL smooths where it believes to go to larger cells, and moves values by some percent of a
  // cell.
  // Without SAMPLE_GRID it looks for a cell's source along the map's edges alone, and finds none beside a cut.
  std::array<const char*, 14> arguments = {"-r",    "bilinear", "-et", "0",        "-srcnodata", "nan",
                                           "-wo",   "XSCALE=1", "-wo", "YSCALE=1", "-wo",        "SAMPLE_GRID=YES",
                                           nullptr, nullptr};
  GDALWarpAppOptions* options = GDALWarpAppOptionsNew(const_cast<char**>(arguments.data()), nullptr);
  GDALDatasetH handle = GDALDataset::ToHandle(from.get());
  const GDALDatasetH warped = GDALWarp(nullptr, GDALDataset::ToHandle(to.get()), 1, &handle, options, nullptr);
  GDALWarpAppOptionsFree(options);
  if (!warped) throw Error("resampling failed: " + QuietGdal::complaint());
  if (absent) *absent = absence_at_centres(raster, nearest_cells(raster.grid, grid));
  return values;
}

}  // namespace unetsr::data
