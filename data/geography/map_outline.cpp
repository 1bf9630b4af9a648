#include "data/geography/map_outline.hpp"

#include <ogr_geometry.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "data/crs/gdal.hpp"
#include "data/geography/grid_extent.hpp"
#include "data/geography/projection.hpp"

namespace unetsr::data {
namespace {

constexpr int steps_of_a_side = 16;

// Counterclockwise from the south-west corner.
Ring outline_on_map(const Grid& grid) {
  const double west = grid.x(0) - grid.x_step / 2, east = grid.x(grid.columns - 1) + grid.x_step / 2,
               first = grid.y(0) - grid.y_step / 2, last = grid.y(grid.rows - 1) + grid.y_step / 2,
               south = std::min(first, last), north = std::max(first, last);
  const double x[] = {west, east, east, west, west}, y[] = {south, south, north, north, south};
  Ring ring;
  for (int side = 0; side < 4; ++side)
    for (int k = 0; k < steps_of_a_side; ++k) {
      const double share = double(k) / steps_of_a_side;
      ring.x.push_back(x[side] + share * (x[side + 1] - x[side]));
      ring.y.push_back(y[side] + share * (y[side + 1] - y[side]));
    }
  return ring;
}

// Longitudes without jumps. False where the ring winds around a pole.
bool unwrap(Ring& ring) {
  const double start = ring.x.front();
  for (size_t i = 1; i < ring.x.size(); ++i) ring.x[i] -= 360 * std::round((ring.x[i] - ring.x[i - 1]) / 360);
  return std::abs(ring.x.back() - start) < 180;
}

bool has_place(const Ring& ring) {
  for (size_t i = 0; i < ring.x.size(); ++i)
    if (std::isnan(ring.x[i]) || std::isnan(ring.y[i])) return false;
  return true;
}

Ring ring_of(const OGRPolygon& polygon) {
  Ring ring;
  const OGRLinearRing& outer = *polygon.getExteriorRing();
  for (int i = 0; i + 1 < outer.getNumPoints(); ++i) ring.x.push_back(outer.getX(i)), ring.y.push_back(outer.getY(i));
  if (outer.isClockwise()) {
    std::reverse(ring.x.begin(), ring.x.end());
    std::reverse(ring.y.begin(), ring.y.end());
  }
  return ring;
}

std::vector<Ring> cut_at_date_line(const Ring& ring) {
  const QuietGdal quiet;
  OGRLinearRing line;
  for (size_t i = 0; i < ring.x.size(); ++i) line.addPoint(ring.x[i], ring.y[i]);
  line.closeRings();
  OGRPolygon polygon;
  polygon.addRing(&line);
  std::array<char, 17> wrap = {"WRAPDATELINE=YES"};
  std::array<char*, 2> options = {wrap.data(), nullptr};
  const std::unique_ptr<OGRGeometry> cut(OGRGeometryFactory::transformWithOptions(&polygon, nullptr, options.data()));
  std::vector<Ring> rings;
  if (cut && wkbFlatten(cut->getGeometryType()) == wkbPolygon) rings.push_back(ring_of(*cut->toPolygon()));
  if (cut && wkbFlatten(cut->getGeometryType()) == wkbMultiPolygon)
    for (const OGRPolygon* part : *cut->toMultiPolygon()) rings.push_back(ring_of(*part));
  return rings;
}

// First, some between, and last of the lines between `count` cells, counted from the first centre.
std::vector<double> sampled_lines(int count) {
  constexpr int most = 400;
  const int steps = std::min(count, most);
  std::vector<double> lines;
  for (int k = 0; k <= steps; ++k) lines.push_back(std::round(double(k) * count / steps) - 0.5);
  return lines;
}

// Around what has a place, of a grid of which some has none.
std::optional<BoundingBox> sampled_box(const Grid& grid, const Projection& projection) {
  std::vector<double> x, y;
  for (const double row : sampled_lines(grid.rows))
    for (const double column : sampled_lines(grid.columns))
      x.push_back(grid.x_origin + column * grid.x_step), y.push_back(grid.y_origin + row * grid.y_step);
  projection.to_globe(x, y);
  std::erase_if(x, [](double v) { return std::isnan(v); });
  std::erase_if(y, [](double v) { return std::isnan(v); });
  if (x.empty()) return std::nullopt;
  const auto [south, north] = std::minmax_element(y.begin(), y.end());
  std::sort(x.begin(), x.end());
  x.push_back(x.front() + 360);
  size_t widest = 1;  // the gap before it
  for (size_t i = 1; i < x.size(); ++i)
    if (x[i] - x[i - 1] > x[widest] - x[widest - 1]) widest = i;
  constexpr double no_gap = 10;  // degrees: between the samples around a pole
  if (x[widest] - x[widest - 1] < no_gap) return BoundingBox{-180, *south, 180, *north};
  const double west = x[widest], east = x[widest - 1];
  return BoundingBox{west > 180 ? west - 360 : west, *south, east, *north};
}

std::vector<Ring> rings_of(const BoundingBox& box) {
  std::vector<Ring> rings;
  for (const PolygonRings& polygon : polygons_of(box).polygons) rings.push_back(polygon.rings.front());
  return rings;
}

}  // namespace

std::optional<MapOutline> map_outline(const Grid& grid) {
  const Projection projection(grid.crs);
  Ring ring = outline_on_map(grid);
  projection.to_globe(ring.x, ring.y);
  if (has_place(ring) && unwrap(ring)) return MapOutline{extent_in_degrees(grid, {}), cut_at_date_line(ring)};
  const std::optional<BoundingBox> box = sampled_box(grid, projection);
  if (!box) return std::nullopt;
  return MapOutline{*box, rings_of(*box)};
}

}  // namespace unetsr::data
