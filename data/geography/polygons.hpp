#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace unetsr::data {

// Degrees; west > east crosses the date line.
struct BoundingBox {
  double west = 0, south = 0, east = 0, north = 0;
};
BoundingBox parse_bbox(const std::string& text);  // W,S,E,N; throws UsageError

// A closed line of straight edges: the last point joins the first.
struct Ring {
  std::vector<double> x, y;
};
// A polygon: its outer ring and its holes.
struct PolygonRings {
  std::vector<Ring> rings;
};
// Polygons whose edges are straight in the coordinates of `crs` (in degrees, x is the longitude).
struct PolygonSet {
  std::string crs = "EPSG:4326";
  std::vector<PolygonRings> polygons;
};

// The box; in two parts where it crosses the date line.
PolygonSet polygons_of(const BoundingBox&);

// The polygons of a vector file that GDAL reads, layer by layer; without a reference system they are longitudes and
// latitudes. Throws Error that names the file and the feature, counted from 1: not a vector file, no feature, a
// geometry that is missing, broken, invalid or no polygon, coordinates beyond -180..180 or -90..90, an edge of more
// than 180 degrees of longitude, whose way around the globe is ambiguous.
std::vector<PolygonSet> read_polygons(const std::filesystem::path&);

// Which points lie in polygons, those on an edge included.
class PolygonIndex {
 public:
  explicit PolygonIndex(const PolygonSet&);
  bool holds(double x, double y) const;

 private:
  struct Edge {
    int polygon = 0;
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  };
  std::span<const Edge> edges_at(double y) const;

  double south_ = 0, north_ = 0;
  std::vector<Edge> edges_;    // band by band of y, in each of them polygon by polygon
  std::vector<size_t> begin_;  // of each band in edges_
};

}  // namespace unetsr::data
