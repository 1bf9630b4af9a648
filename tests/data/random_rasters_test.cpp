#include <doctest/doctest.h>
#include <gdal_priv.h>
#include <netcdf.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <memory>

#include "data/crs/gdal.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

// Random rasters on random grids, read and resampled by the program, against plain computations: each cell is divided
// into quadrangles, each of which is cut by every pixel that it touches. UNETSR_RANDOM_RASTERS sets how many.

using namespace unetsr;
using namespace unetsr::data;

namespace {

// What is written, as it should be read.
struct Truth {
  Grid grid;
  std::vector<double> values;  // NaN where nothing is
  bool degrees = false;
};

struct Map {
  std::string crs;
  double west, east, south, north;  // where places are drawn, degrees
  double unit;                      // of a kilometre
};

const std::vector<Map>& maps() {
  static const std::vector<Map> all = {
      {"EPSG:4326", -180, 180, -80, 80, 1 / 111.2}, {modis_sinusoidal_crs, -170, 170, -75, 75, 1000},
      {"EPSG:32615", -96, -90, 10, 75, 1000},       {"EPSG:32748", 102, 108, -75, -10, 1000},
      {"EPSG:5070", -120, -75, 25, 48, 1000},       {"EPSG:3413", -180, 180, 65, 89.9, 1000},
      {"EPSG:3031", -180, 180, -89.9, -65, 1000},   {"EPSG:3832", 140, 220, -40, 40, 1000},
      {"EPSG:6933", -170, 170, -70, 70, 1000},
  };
  return all;
}

class Transform {
 public:
  Transform(const std::string& from, const std::string& to) {
    OGRSpatialReference a, b;
    a.SetFromUserInput(from.c_str()), b.SetFromUserInput(to.c_str());
    a.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER), b.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    if (!a.IsSame(&b)) transform_.reset(OGRCreateCoordinateTransformation(&a, &b));
  }
  bool operator()(std::vector<double>& x, std::vector<double>& y) const {
    const QuietGdal quiet;
    if (!transform_) return true;
    std::vector<int> ok(x.size());
    transform_->TransformWithErrorCodes(int(x.size()), x.data(), y.data(), nullptr, nullptr, ok.data());
    for (size_t i = 0; i < x.size(); ++i)
      if (ok[i] != 0 || !std::isfinite(x[i]) || !std::isfinite(y[i])) return false;
    return true;
  }

 private:
  std::unique_ptr<OGRCoordinateTransformation> transform_;
};

// Grid of about rows x columns cells around a place.
Grid around(const Map& map, double longitude, double latitude, double kilometres, int rows, int columns,
            Random& random) {
  std::vector<double> x = {longitude > 180 ? longitude - 360 : longitude}, y = {latitude};
  REQUIRE(Transform("EPSG:4326", map.crs)(x, y));
  Grid grid;
  grid.rows = rows, grid.columns = columns, grid.crs = map.crs;
  grid.x_step = kilometres * map.unit, grid.y_step = -kilometres * map.unit * random.uniform(0.7, 1.4);
  grid.x_origin = x[0] - grid.x_step * (columns - 1) / 2, grid.y_origin = y[0] - grid.y_step * (rows - 1) / 2;
  if (map.crs == "EPSG:4326") {
    const double top = grid.y_origin - grid.y_step / 2, bottom = grid.y(rows - 1) + grid.y_step / 2;
    if (top > 90) grid.y_origin -= top - 90;
    if (bottom < -90) grid.y_origin += -90 - bottom;
  }
  return grid;
}

enum class Stored { floats, int16_scaled, uint8_classes, uint16_range };

struct Made {
  Truth truth;
  std::string file;
  std::string query;  // what has to be said of it
  bool classes = false;
};

// Patches, so that modes are sure, or a smooth field with noise.
Made make_raster(const test::TemporaryDirectory& folder, const Grid& grid, bool degrees, Random& random, int number) {
  const Stored stored = Stored(random.below(4));
  const bool netcdf = grid.rows > 1 && random.below(2) == 0 && (degrees || grid.crs == modis_sinusoidal_crs);
  const int gaps = int(random.below(4));  // none, nodata, mask or list of fills, both
  const size_t n = size_t(grid.cells());
  Made made;
  made.truth.grid = grid, made.truth.degrees = degrees;
  made.classes = stored == Stored::uint8_classes;
  const double fill = stored == Stored::floats ? -9999 : stored == Stored::uint8_classes ? 255 : 32000;
  const double second = stored == Stored::uint8_classes ? 254 : 31000;
  std::vector<double> raw(n);
  std::vector<uint8_t> mask(n, 255);
  const double fx = random.uniform(0.02, 0.5), fy = random.uniform(0.02, 0.5);
  const int patch = 1 + int(random.below(6));
  std::map<std::pair<int, int>, int> patches;
  for (int i = 0; i < grid.rows; ++i)
    for (int j = 0; j < grid.columns; ++j) {
      const double smooth = std::sin(fx * j) * std::cos(fy * i), noise = random.uniform(-0.3, 0.3);
      double v = 1000 * (smooth + noise);
      if (stored == Stored::floats) v = double(float(v / 100 + 280));
      if (stored == Stored::int16_scaled) v = std::round(v);
      if (stored == Stored::uint16_range) v = std::round(v + 2000);
      if (made.classes) {
        const auto [at, added] = patches.try_emplace({i / patch, j / patch}, 0);
        if (added) at->second = 1 + int(random.below(9));
        v = at->second;
      }
      raw[size_t(i) * size_t(grid.columns) + size_t(j)] = v;
    }
  made.truth.values.resize(n);
  const double scale = stored == Stored::int16_scaled ? 0.01 : 1, offset = stored == Stored::int16_scaled ? 5 : 0;
  for (size_t i = 0; i < n; ++i) {
    bool gone = false;
    if ((gaps == 1 || gaps == 3) && random.below(6) == 0) raw[i] = fill, gone = true;
    if (gaps >= 2 && random.below(7) == 0) {
      if (netcdf)
        raw[i] = second;
      else
        mask[i] = 0;
      gone = true;
    }
    if (stored == Stored::uint16_range && random.below(9) == 0) raw[i] = 20000 + i % 100, gone = true;
    made.truth.values[i] = gone ? std::nan("") : double(float(raw[i] * scale + offset));
  }
  if (stored == Stored::uint16_range) made.query = "?valid=0:10000";
  made.file = folder / ("r" + std::to_string(number) + (netcdf ? ".nc" : ".tif"));
  if (!netcdf) {
    const GDALDataType type = stored == Stored::floats         ? GDT_Float32
                              : stored == Stored::int16_scaled ? GDT_Int16
                              : made.classes                   ? GDT_Byte
                                                               : GDT_UInt16;
    CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", random.below(2) ? "YES" : "NO");
    GDALDatasetUniquePtr dataset(GetGDALDriverManager()->GetDriverByName("GTiff")->Create(
        made.file.c_str(), grid.columns, grid.rows, 1, type, nullptr));
    std::array<double, 6> t = {grid.x_origin - grid.x_step / 2, grid.x_step, 0,
                               grid.y_origin - grid.y_step / 2, 0,           grid.y_step};
    dataset->SetGeoTransform(t.data());
    OGRSpatialReference srs;
    srs.SetFromUserInput(grid.crs.c_str());
    dataset->SetSpatialRef(&srs);
    GDALRasterBand& band = *dataset->GetRasterBand(1);
    if (gaps == 1 || gaps == 3) band.SetNoDataValue(fill);
    if (scale != 1) band.SetScale(scale), band.SetOffset(offset);
    REQUIRE(band.RasterIO(GF_Write, 0, 0, grid.columns, grid.rows, raw.data(), grid.columns, grid.rows, GDT_Float64, 0,
                          0, nullptr) == CE_None);
    if (gaps >= 2) {
      REQUIRE(dataset->CreateMaskBand(GMF_PER_DATASET) == CE_None);
      REQUIRE(band.GetMaskBand()->RasterIO(GF_Write, 0, 0, grid.columns, grid.rows, mask.data(), grid.columns,
                                           grid.rows, GDT_Byte, 0, 0, nullptr) == CE_None);
    }
    return made;
  }
  const bool x_first = random.below(2), north_up = random.below(2), around_360 = degrees && random.below(2);
  int file = 0, dims[2], v = 0, cx = 0, cy = 0;
  REQUIRE(nc_create(made.file.c_str(), NC_NETCDF4 | NC_CLOBBER, &file) == NC_NOERR);
  nc_def_dim(file, "a", size_t(grid.columns), &dims[0]), nc_def_dim(file, "b", size_t(grid.rows), &dims[1]);
  nc_def_var(file, "a", NC_DOUBLE, 1, &dims[0], &cx), nc_def_var(file, "b", NC_DOUBLE, 1, &dims[1], &cy);
  const auto text = [&](int variable, const char* key, const std::string& value) {
    nc_put_att_text(file, variable, key, value.size(), value.c_str());
  };
  text(cx, "standard_name", degrees ? "longitude" : "projection_x_coordinate");
  text(cy, "standard_name", degrees ? "latitude" : "projection_y_coordinate");
  if (degrees) text(cx, "units", "degrees_east"), text(cy, "units", "degrees_north");
  const nc_type type = stored == Stored::floats         ? NC_FLOAT
                       : stored == Stored::int16_scaled ? NC_SHORT
                       : made.classes                   ? NC_UBYTE
                                                        : NC_USHORT;
  const int order[2] = {dims[x_first ? 0 : 1], dims[x_first ? 1 : 0]};
  nc_def_var(file, "field", type, 2, order, &v);
  const double fills[2] = {fill, second};
  nc_put_att_double(file, v, "missing_value", type, 2, fills);
  if (scale != 1) {
    nc_put_att_double(file, v, "scale_factor", NC_DOUBLE, 1, &scale);
    nc_put_att_double(file, v, "add_offset", NC_DOUBLE, 1, &offset);
  }
  if (!degrees) {
    int m = 0;
    nc_def_var(file, "crs", NC_INT, 0, nullptr, &m);
    text(m, "grid_mapping_name", "sinusoidal");
    nc_put_att_double(file, m, "earth_radius", NC_DOUBLE, 1, &modis_radius);
    text(v, "grid_mapping", "crs");
  }
  nc_enddef(file);
  std::vector<double> xs, ys, ordered(n);
  for (int j = 0; j < grid.columns; ++j) xs.push_back(grid.x(j) + (around_360 && grid.x_origin < 0 ? 360 : 0));
  for (int i = 0; i < grid.rows; ++i) ys.push_back(grid.y(north_up ? i : grid.rows - 1 - i));
  for (int i = 0; i < grid.rows; ++i)
    for (int j = 0; j < grid.columns; ++j) {
      const int row = north_up ? i : grid.rows - 1 - i;
      ordered[x_first ? size_t(j) * size_t(grid.rows) + size_t(row) : size_t(row) * size_t(grid.columns) + size_t(j)] =
          raw[size_t(i) * size_t(grid.columns) + size_t(j)];
    }
  REQUIRE(nc_put_var_double(file, cx, xs.data()) == NC_NOERR);
  REQUIRE(nc_put_var_double(file, cy, ys.data()) == NC_NOERR);
  REQUIRE(nc_put_var_double(file, v, ordered.data()) == NC_NOERR);
  REQUIRE(nc_close(file) == NC_NOERR);
  return made;
}

// Pixel coordinates of points of the grid's map; (0, 0) is the raster's outer corner.
bool to_pixels(const Transform& transform, const Truth& truth, std::vector<double>& x, std::vector<double>& y) {
  if (!transform(x, y)) return false;
  const Grid& g = truth.grid;
  for (size_t i = 0; i < x.size(); ++i) {
    if (truth.degrees) {
      const double middle = g.x_origin + g.x_step * (g.columns - 1) / 2;
      x[i] -= 360 * std::round((x[i] - middle) / 360);
    }
    x[i] = (x[i] - g.x_origin) / g.x_step + 0.5, y[i] = (y[i] - g.y_origin) / g.y_step + 0.5;
  }
  return true;
}

double pixel(const Truth& t, double x, double y) {
  const int column = int(std::floor(x)), row = int(std::floor(y));
  if (column < 0 || column >= t.grid.columns || row < 0 || row >= t.grid.rows) return std::nan("");
  return t.values[size_t(row) * size_t(t.grid.columns) + size_t(column)];
}

struct Shares {
  double covered = 0, mean = 0;
  std::map<double, double> classes;  // shares of the cell
};

using Polygon = std::vector<std::pair<double, double>>;

// What lies where sign (p - limit) >= 0, p being x or y.
Polygon half_plane(const Polygon& polygon, bool along_x, double limit, double sign) {
  Polygon result;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const auto a = polygon[i], b = polygon[(i + 1) % polygon.size()];
    const double da = sign * ((along_x ? a.first : a.second) - limit),
                 db = sign * ((along_x ? b.first : b.second) - limit);
    if (da >= 0) result.push_back(a);
    if ((da >= 0) != (db >= 0)) {
      const double t = da / (da - db);
      result.emplace_back(a.first + t * (b.first - a.first), a.second + t * (b.second - a.second));
    }
  }
  return result;
}

double area_of(const Polygon& p) {
  double twice = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    const auto a = p[i], b = p[(i + 1) % p.size()];
    twice += (a.first - p[0].first) * (b.second - p[0].second) - (b.first - p[0].first) * (a.second - p[0].second);
  }
  return std::abs(twice) / 2;
}

// By side x side quadrangles.
Shares shares_of(const Transform& transform, const Truth& truth, const Grid& grid, int row, int column, int side,
                 bool& ok) {
  std::vector<double> x, y;
  for (int a = 0; a <= side; ++a)
    for (int b = 0; b <= side; ++b) {
      x.push_back(grid.x(column) + grid.x_step * (double(b) / side - 0.5));
      y.push_back(grid.y(row) + grid.y_step * (double(a) / side - 0.5));
    }
  ok = to_pixels(transform, truth, x, y);
  Shares s;
  // Torn apart on the other side of the globe, or around a pole.
  const auto [left, right] = std::minmax_element(x.begin(), x.end());
  ok = ok && !(truth.degrees && (*right - *left) * truth.grid.x_step > 90);
  if (!ok) return s;
  double total = 0, valid = 0, sum = 0;
  const auto at = [&](int a, int b) { return size_t(a) * size_t(side + 1) + size_t(b); };
  for (int a = 0; a < side; ++a)
    for (int b = 0; b < side; ++b) {
      Polygon quadrangle;
      for (const size_t k : {at(a, b), at(a, b + 1), at(a + 1, b + 1), at(a + 1, b)})
        quadrangle.emplace_back(x[k], y[k]);
      total += area_of(quadrangle);
      double west = 1e300, east = -1e300, top = 1e300, bottom = -1e300;
      for (const auto& [px, py] : quadrangle)
        west = std::min(west, px), east = std::max(east, px), top = std::min(top, py), bottom = std::max(bottom, py);
      for (int r = std::max(0, int(std::floor(top))); r < std::min(truth.grid.rows, int(std::ceil(bottom))); ++r)
        for (int c = std::max(0, int(std::floor(west))); c < std::min(truth.grid.columns, int(std::ceil(east))); ++c) {
          const double v = pixel(truth, c + 0.5, r + 0.5);
          if (std::isnan(v)) continue;
          const double area = area_of(
              half_plane(half_plane(half_plane(half_plane(quadrangle, true, c, 1), true, c + 1, -1), false, r, 1),
                         false, r + 1, -1));
          valid += area, sum += area * v, s.classes[v] += area;
        }
    }
  s.covered = valid / total, s.mean = sum / valid;
  for (auto& [value, area] : s.classes) area /= total;
  return s;
}

// Where a map ends, at 180 degrees.
bool is_torn(const Map& map, double longitude) {
  return (map.crs == modis_sinusoidal_crs || map.crs == "EPSG:6933") && std::abs(longitude) > 165;
}

int how_many() {
  const char* text = std::getenv("UNETSR_RANDOM_RASTERS");
  return text ? std::atoi(text) : 200;
}

}  // namespace

TEST_CASE("Random rasters: nearest, bilinear, average and mode against points in each cell") {
  start_gdal();
  const test::TemporaryDirectory folder;
  Random random(2026);
  int64_t nearest = 0, bilinear = 0, averages = 0, modes = 0, present = 0, absent = 0;
  double worst = 0;
  for (int number = 0; number < how_many(); ++number) {
    CAPTURE(number);
    const Map& of_raster = maps()[random.below(uint32_t(maps().size()))];
    // The grid on a map that has the place too.
    double longitude = random.uniform(of_raster.west, of_raster.east),
           latitude = random.uniform(of_raster.south, of_raster.north);
    if (number % 5 == 0 && of_raster.west <= -170) longitude = random.uniform(179.5, 180.5);
    if (longitude > 180) longitude -= 360;
    const Map* of_grid = nullptr;
    for (int tries = 0; !of_grid; ++tries) {
      const Map& m = tries > 200 ? maps()[0] : maps()[random.below(uint32_t(maps().size()))];
      const double lon = longitude < m.west ? longitude + 360 : longitude;
      const bool torn = is_torn(m, longitude);
      if ((lon >= m.west && lon <= m.east && latitude >= m.south && latitude <= m.north && !torn) || tries > 200)
        of_grid = &m;
    }
    if (is_torn(of_raster, longitude)) continue;
    const double ratio = std::pow(10.0, random.uniform(-1.2, 0.5)), cell = random.uniform(0.5, 5);
    const Grid grid =
        around(*of_grid, longitude, latitude, cell, 4 + int(random.below(6)), 4 + int(random.below(6)), random);
    const int pixels = std::clamp(int(14 / ratio), 6, 160);
    const Grid raster = around(of_raster, longitude, latitude, cell * ratio, pixels, pixels, random);
    const bool degrees = of_raster.crs == "EPSG:4326";
    const Made made = make_raster(folder, raster, degrees, random, number);
    const Transform transform(grid.crs, raster.crs);
    double low = 1e300, high = -1e300;  // of the whole raster
    for (const double v : made.truth.values)
      if (!std::isnan(v)) low = std::min(low, v), high = std::max(high, v);
    const double field = high - low;
    Dataset dataset;
    dataset.grid = grid, dataset.windows = {"2019-05-25"};
    CAPTURE(made.file);
    CAPTURE(of_grid->crs);
    CAPTURE(of_raster.crs);
    std::map<Resampling, std::vector<float>> layers;
    for (const Resampling kind : {Resampling::nearest, Resampling::bilinear, Resampling::average, Resampling::mode}) {
      try {
        layers[kind] =
            auxiliary_layer(parse_auxiliary("a=" + made.file + "@" + unetsr::to_string(kind) + made.query), dataset)
                .layer.values;
      } catch (const Error& e) {
        REQUIRE(std::string(e.what()).find("has no values in the region") != std::string::npos);
        layers[kind].assign(size_t(grid.cells()), std::nanf(""));
      }
    }
    for (int i = 0; i < grid.rows; ++i)
      for (int j = 0; j < grid.columns; ++j) {
        CAPTURE(i);
        CAPTURE(j);
        const size_t c = size_t(i) * size_t(grid.columns) + size_t(j);
        std::vector<double> x = {grid.x(j)}, y = {grid.y(i)};
        if (!to_pixels(transform, made.truth, x, y)) continue;
        // Nearest: the pixel under the centre, unless that lies within 1e-3 pixels of an edge.
        const double ex = std::abs(x[0] - std::round(x[0])), ey = std::abs(y[0] - std::round(y[0]));
        if (std::min(ex, ey) > 1e-3) {
          const double expected = pixel(made.truth, x[0], y[0]);
          const float got = layers[Resampling::nearest][c];
          if (std::isnan(expected) ? !std::isnan(got) : !(got == float(expected))) {
            FAIL_CHECK("nearest ", got, " for ", expected);
          }
          ++nearest;
        }
        // Bilinear: by hand where the four pixels around are there.
        const double px = x[0] - 0.5, py = y[0] - 0.5, tx = px - std::floor(px), ty = py - std::floor(py);
        const double v00 = pixel(made.truth, px, py), v01 = pixel(made.truth, px + 1, py),
                     v10 = pixel(made.truth, px, py + 1), v11 = pixel(made.truth, px + 1, py + 1);
        const double four = (1 - ty) * ((1 - tx) * v00 + tx * v01) + ty * ((1 - tx) * v10 + tx * v11);
        if (!std::isnan(four)) {
          const double range = std::max({v00, v01, v10, v11}) - std::min({v00, v01, v10, v11});
          const double error = std::abs(double(layers[Resampling::bilinear][c]) - four);
          if (!(error <= 2e-3 * range + 1e-5 * std::abs(four)))
            FAIL_CHECK("bilinear ", layers[Resampling::bilinear][c], " for ", four);
          ++bilinear;
        }
        // Average and mode, to what the curves of the edges make.
        if ((i + 2 * j) % 5) continue;
        const int side = 4;
        bool ok = false;
        const Shares s = shares_of(transform, made.truth, grid, i, j, side, ok);
        if (!ok) continue;
        const float average = layers[Resampling::average][c], mode = layers[Resampling::mode][c];
        const double blur = 2e-3;
        if (s.covered > 0.5 + blur || s.covered < 0.5 - blur) {
          if (std::isnan(average) != (s.covered < 0.5)) FAIL_CHECK("average ", average, " where covered ", s.covered);
          if (std::isnan(mode) != (s.covered < 0.5)) FAIL_CHECK("mode ", mode, " where covered ", s.covered);
          ++(s.covered < 0.5 ? absent : present);
        }
        if (!std::isnan(average) && s.covered > 0.4) {
          const double error = std::abs(double(average) - s.mean) / std::max(field, 1e-6 * std::abs(s.mean));
          worst = std::max(worst, error);
          if (!(error < 1e-3)) FAIL_CHECK("average ", average, " for ", s.mean, " (range ", field, ")");
          ++averages;
        }
        if (!std::isnan(mode) && s.covered > 0.4) {
          double largest = 0;
          for (const auto& [value, share] : s.classes) largest = std::max(largest, share);
          const auto own =
              std::find_if(s.classes.begin(), s.classes.end(), [&](const auto& e) { return float(e.first) == mode; });
          const double share = own == s.classes.end() ? 0 : own->second;
          if (!(share > largest - blur)) FAIL_CHECK("mode ", mode, " has ", share, ", the largest ", largest);
          ++modes;
        }
      }
    std::filesystem::remove(made.file);
  }
  MESSAGE(nearest, " nearest, ", bilinear, " bilinear, ", averages, " averages, ", modes, " modes, ", present,
          " present, ", absent, " absent; worst average ", worst);
  CHECK(nearest > 30 * how_many());
  CHECK(averages > 3 * how_many());
  CHECK(absent > how_many() / 4);
}

TEST_CASE("A cell over the line where the raster's map is torn has no value, one around a pole has all pixels") {
  start_gdal();
  Random random(1);
  Raster raster;
  raster.grid.crs = modis_sinusoidal_crs;
  raster.grid.rows = 100, raster.grid.columns = 4010;
  raster.grid.x_step = 1e4, raster.grid.y_step = -1e4;
  raster.grid.x_origin = -2.0045e7, raster.grid.y_origin = 495e3;
  for (int i = 0; i < raster.grid.rows; ++i)
    for (int j = 0; j < raster.grid.columns; ++j) raster.values.push_back(raster.grid.x(j) > 0 ? 1.0f : 2.0f);
  Grid grid = around(maps()[0], 180, 0, 111.2, 2, 5, random);
  grid.x_origin = 178, grid.x_step = 1;
  for (const Resampling kind : {Resampling::average, Resampling::mode}) {
    const std::vector<float> values = on_grid(raster, grid, kind);
    CHECK(values[0] == 1);
    CHECK(values[1] == 1);
    CHECK(std::isnan(values[2]));  // 179.5 to 180.5
    CHECK(values[3] == 2);
    CHECK(values[4] == 2);
  }
  // In degrees, values = 10 + sine of longitude: around the pole that is 10.
  Raster polar;
  polar.grid.rows = 100, polar.grid.columns = 3600;
  polar.grid.x_step = 0.1, polar.grid.y_step = -0.1, polar.grid.x_origin = 0.05, polar.grid.y_origin = 89.95;
  for (int i = 0; i < polar.grid.rows; ++i)
    for (int j = 0; j < polar.grid.columns; ++j)
      polar.values.push_back(float(10 + std::sin(polar.grid.x(j) * 3.14159265358979 / 180)));
  for (const int cells : {3, 4}) {  // the pole within a cell, and at a corner of four
    Grid north;
    north.crs = "EPSG:3413", north.rows = north.columns = cells, north.x_step = 5e4, north.y_step = -5e4;
    north.x_origin = -5e4 * (cells - 1) / 2, north.y_origin = -north.x_origin;
    const std::vector<float> values = on_grid(polar, north, Resampling::average);
    double sum = 0;
    for (const float v : values) sum += double(v);
    CHECK(sum / (cells * cells) == doctest::Approx(10).epsilon(1e-3));
    if (cells == 3) CHECK(values[4] == doctest::Approx(10).epsilon(1e-3));
    // The cell beside the pole towards 45 W, the middle of EPSG:3413's lower edge: a mean over longitudes around 315.
    if (cells == 3) CHECK(values[7] == doctest::Approx(10 + std::sin(315 * 3.14159265 / 180)).epsilon(0.02));
  }
}

TEST_CASE("Averages and modes do not depend on the number of threads") {
  start_gdal();
  Random random(5);
  Raster raster;
  raster.grid = around(maps()[2], -93, 45, 0.25, 300, 300, random);
  for (int i = 0; i < 90000; ++i) raster.values.push_back(float(random.below(5)));
  const Grid grid = around(maps()[1], -93, 45, 1, 60, 60, random);
  std::map<Resampling, std::vector<float>> first;
  for (const int count : {1, 2, 7})
    for (const Resampling kind : {Resampling::average, Resampling::mode}) {
      set_threads(count);
      std::vector<float> values = on_grid(raster, grid, kind);
      for (float& v : values)
        if (std::isnan(v)) v = -1;
      if (count == 1) first[kind] = values;
      CHECK(values == first[kind]);
    }
  set_threads(0);
}
