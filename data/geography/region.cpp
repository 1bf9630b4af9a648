#include "data/geography/region.hpp"

#include <gdal_priv.h>
#include <gdal_utils.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "data/geography/gdal.hpp"
#include "data/geography/projection.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

struct Envelope {
  double west = std::numeric_limits<double>::infinity(), south = west, east = -west, north = -west;

  void add(double x, double y) {
    west = std::min(west, x), east = std::max(east, x);
    south = std::min(south, y), north = std::max(north, y);
  }
};

struct Points {
  std::vector<double> x, y;
};

Envelope envelope_of(const Points& points) {
  Envelope e;
  for (size_t i = 0; i < points.x.size(); ++i) e.add(points.x[i], points.y[i]);
  return e;
}

// Along the sides, since a straight side may bulge on the map.
Points outline(const BoundingBox& box) {
  constexpr int steps = 200;
  const double east = box.east > box.west ? box.east : box.east + 360;
  Points points;
  for (int k = 0; k <= steps; ++k)
    for (int side = 0; side <= 1; ++side) {
      const double t = double(k) / steps;
      points.x.push_back(box.west + t * (east - box.west)), points.y.push_back(side ? box.north : box.south);
      points.x.push_back(side ? east : box.west), points.y.push_back(box.south + t * (box.north - box.south));
    }
  return points;
}

Envelope map_envelope(const BoundingBox& box, const Projection& projection, const std::string& crs) {
  Points points = outline(box);
  if (!projection.to_map(points.x, points.y))
    throw UsageError("the region has no place on the map of " + crs + "; choose another --crs");
  return envelope_of(points);
}

Envelope grid_envelope(const Grid& g) {
  Envelope e;
  e.add(g.x(0) - g.x_step / 2, g.y(0) - g.y_step / 2);
  e.add(g.x(g.columns - 1) + g.x_step / 2, g.y(g.rows - 1) + g.y_step / 2);
  return e;
}

GDALDatasetUniquePtr open_polygons(const std::filesystem::path& path) {
  start_gdal();
  if (!std::filesystem::exists(path)) throw Error(path.string() + ": no such file");
  GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY));
  if (!file || file->GetLayerCount() == 0)
    throw Error(path.string() + ": not a vector file that GDAL reads: " + QuietGdal::complaint());
  return file;
}

// The envelope of all features, in degrees.
BoundingBox polygons_box(const std::filesystem::path& path) {
  const QuietGdal quiet;
  const GDALDatasetUniquePtr file = open_polygons(path);
  Envelope e;
  for (OGRLayer* layer : file->GetLayers()) {
    OGREnvelope own;
    if (layer->GetExtent(&own, true) != OGRERR_NONE) continue;
    const OGRSpatialReference* srs = layer->GetSpatialRef();
    char* wkt = nullptr;
    std::string crs = "EPSG:4326";
    if (srs && srs->exportToWkt(&wkt) == OGRERR_NONE) crs = wkt;
    CPLFree(wkt);
    Points points = outline({own.MinX, own.MinY, own.MaxX, own.MaxY});
    Projection(crs).to_geographic(points.x, points.y);
    for (size_t i = 0; i < points.x.size(); ++i) e.add(points.x[i], points.y[i]);
  }
  if (!(e.east > e.west && e.north > e.south)) throw Error(path.string() + ": holds no polygon");
  return {e.west, e.south, e.east, e.north};
}

int round_up(int value, int factor) {
  return (value + factor - 1) / factor * factor;
}

}  // namespace

BoundingBox parse_bbox(const std::string& text) {
  BoundingBox b;
  int end = 0;
  if (std::sscanf(text.c_str(), "%lf,%lf,%lf,%lf%n", &b.west, &b.south, &b.east, &b.north, &end) != 4 ||
      end != int(text.size()))
    throw UsageError("--bbox " + text + ": four numbers are wanted, WEST,SOUTH,EAST,NORTH in degrees");
  if (!(b.south < b.north) || b.south < -90 || b.north > 90)
    throw UsageError("--bbox " + text + ": south must be below north, both within -90..90");
  if (b.west == b.east || std::abs(b.west) > 180 || std::abs(b.east) > 180)
    throw UsageError("--bbox " + text + ": west and east must differ and lie within -180..180");
  return b;
}

Grid region_grid(const RegionOptions& o, const Grid& lattice, const Grid& extent) {
  Grid grid;
  grid.crs = o.crs.empty() ? lattice.crs : o.crs;
  const bool same_map = o.crs.empty() || same_crs(o.crs, lattice.crs);
  const double step = o.resolution > 0 ? o.resolution : same_map ? std::abs(lattice.x_step) : 0;
  if (!(step > 0)) throw UsageError("--crs " + o.crs + " needs a --resolution in its units");
  const bool on_lattice = same_map && std::abs(step - std::abs(lattice.x_step)) < 1e-6 * step;

  const Projection projection(grid.crs);
  Envelope area;
  if (o.bbox || !o.polygons.empty()) {
    area = map_envelope(o.bbox ? *o.bbox : polygons_box(o.polygons), projection, grid.crs);
  } else if (same_map) {
    area = grid_envelope(extent);
  } else {
    throw UsageError("--crs " + o.crs + " needs a --bbox or a --region");
  }

  const double north_step = on_lattice ? std::abs(lattice.y_step) : step;
  const double left = on_lattice ? lattice.x(0) - lattice.x_step / 2 : 0;
  const double top = on_lattice ? lattice.y(0) - lattice.y_step / 2 : 0;
  constexpr double rounding = 1e-6;  // of a cell: an edge that falls on a cell's edge opens no new cell
  const double first_column = std::floor((area.west - left) / step + rounding);
  const double last_column = std::ceil((area.east - left) / step - rounding);
  const double first_row = std::floor((top - area.north) / north_step + rounding);
  const double last_row = std::ceil((top - area.south) / north_step - rounding);
  if (!((last_column - first_column) * (last_row - first_row) < 1e9) || last_column - first_column > 1e6 ||
      last_row - first_row > 1e6)
    throw UsageError(
        "the region has more than 1e9 cells at this resolution; choose a smaller --bbox or a coarser "
        "--resolution");
  grid.columns = round_up(std::max(1, int(last_column - first_column)), o.factor);
  grid.rows = round_up(std::max(1, int(last_row - first_row)), o.factor);
  grid.x_step = step, grid.y_step = -north_step;
  grid.x_origin = left + (first_column + 0.5) * step;
  grid.y_origin = top - (first_row + 0.5) * north_step;
  return grid;
}

Mask inside_polygons(const std::filesystem::path& path, const Grid& grid) {
  const QuietGdal quiet;
  const GDALDatasetUniquePtr file = open_polygons(path);
  std::vector<uint8_t> mask(size_t(grid.cells()), 0);
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("MEM");
  GDALDatasetUniquePtr image(driver->Create("", grid.columns, grid.rows, 1, GDT_Byte, nullptr));
  OGRSpatialReference srs;
  srs.SetFromUserInput(grid.crs.c_str());
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  image->SetSpatialRef(&srs);
  std::array<double, 6> t = {grid.x_origin - grid.x_step / 2, grid.x_step, 0,
                             grid.y_origin - grid.y_step / 2, 0,           grid.y_step};
  image->SetGeoTransform(t.data());
  std::array<const char*, 3> arguments = {"-burn", "1", nullptr};
  GDALRasterizeOptions* options = GDALRasterizeOptionsNew(const_cast<char**>(arguments.data()), nullptr);
  const GDALDatasetH burnt =
      GDALRasterize(nullptr, GDALDataset::ToHandle(image.get()), GDALDataset::ToHandle(file.get()), options, nullptr);
  GDALRasterizeOptionsFree(options);
  if (!burnt || image->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, grid.columns, grid.rows, mask.data(), grid.columns,
                                                  grid.rows, GDT_Byte, 0, 0, nullptr) != CE_None)
    throw Error(path.string() + ": cannot be drawn on the grid: " + QuietGdal::complaint());
  if (std::find(mask.begin(), mask.end(), 1) == mask.end())
    throw Error(path.string() + ": none of its polygons holds the centre of a cell of the region");
  return mask;
}

}  // namespace unetsr::data
