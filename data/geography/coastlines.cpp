#include "data/geography/coastlines.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/geography/coastline_files.hpp"
#include "data/geography/gshhg_file.hpp"
#include "data/geography/projection.hpp"

namespace unetsr::data {
namespace {

struct Files {
  GshhgFile shorelines, borders;
};

const Files& files() {
  static const Files files =
      has_coastlines() ? Files{GshhgFile::of_shorelines(shoreline_file()), GshhgFile::of_borders(border_file())}
                       : Files();
  return files;
}

// A box around the grid, found at points of it; `around`, degrees, is more than their distance.
BoundingBox box_around(const Grid& grid, const Projection& map) {
  constexpr int points = 65;
  constexpr double around = 5;
  std::vector<double> x, y;
  for (int i = 0; i < points; ++i)
    for (int j = 0; j < points; ++j) {
      x.push_back(grid.x(0) + grid.x_step * (grid.columns * double(j) / (points - 1) - 0.5));
      y.push_back(grid.y(0) + grid.y_step * (grid.rows * double(i) / (points - 1) - 0.5));
    }
  map.to_globe(x, y);
  std::erase_if(x, [](double v) { return std::isnan(v); });
  std::erase_if(y, [](double v) { return std::isnan(v); });
  if (x.empty()) return {-180, -90, 180, 90};
  const auto [west, east] = std::minmax_element(x.begin(), x.end());
  const auto [south, north] = std::minmax_element(y.begin(), y.end());
  return {std::max(*west - around, -180.0), *south - around, std::min(*east + around, 180.0), *north + around};
}

// The line with no edge longer than this, degrees.
MapLine densified(const MapLine& line) {
  constexpr double longest = 0.1;
  MapLine dense{line.kind, line.area, {line.x[0]}, {line.y[0]}};
  for (size_t i = 1; i < line.x.size(); ++i) {
    const double dx = line.x[i] - line.x[i - 1], dy = line.y[i] - line.y[i - 1];
    const int steps = std::max(1, int(std::ceil(std::max(std::abs(dx), std::abs(dy)) / longest)));
    for (int k = 1; k <= steps; ++k) {
      dense.x.push_back(line.x[i - 1] + dx * k / steps);
      dense.y.push_back(line.y[i - 1] + dy * k / steps);
    }
  }
  return dense;
}

struct Rectangle {
  double west, east, south, north;
};

Rectangle outer_edges(const Grid& grid) {
  const auto [west, east] = std::minmax({grid.x(0) - grid.x_step / 2, grid.x(grid.columns - 1) + grid.x_step / 2});
  const auto [south, north] = std::minmax({grid.y(0) - grid.y_step / 2, grid.y(grid.rows - 1) + grid.y_step / 2});
  return {west, east, south, north};
}

struct Edge {
  double x0, y0, x1, y1;
};

// What of an edge lies in the rectangle (Liang and Barsky 1984).
std::optional<Edge> cut(const Edge& e, const Rectangle& r) {
  const double dx = e.x1 - e.x0, dy = e.y1 - e.y0;
  double from = 0, to = 1;
  const auto keep = [&](double step, double room) {  // where step * t <= room
    if (step == 0) return room >= 0;
    (step < 0 ? from : to) = step < 0 ? std::max(from, room / step) : std::min(to, room / step);
    return from <= to;
  };
  if (!keep(-dx, e.x0 - r.west) || !keep(dx, r.east - e.x0) || !keep(-dy, e.y0 - r.south) || !keep(dy, r.north - e.y0))
    return std::nullopt;
  return Edge{from > 0 ? e.x0 + from * dx : e.x0, from > 0 ? e.y0 + from * dy : e.y0, to < 1 ? e.x0 + to * dx : e.x1,
              to < 1 ? e.y0 + to * dy : e.y1};
}

// Between the points, or at one of them, lies the meridian at which the map is cut.
bool crosses(double longitude0, double longitude1, double seam) {
  const auto beyond = [seam](double longitude) { return std::remainder(longitude - seam, 360.0); };
  const double a = beyond(longitude0), b = beyond(longitude1);
  return a * b <= 0 && std::abs(a - b) < 180;
}

// The pieces of a projected line in the rectangle; `longitude`: of its points.
void add_pieces(const MapLine& line, const std::vector<double>& longitude, std::optional<double> seam,
                const Rectangle& rectangle, std::vector<MapLine>& pieces) {
  MapLine piece{line.kind, line.area, {}, {}};
  const auto end = [&] {
    if (piece.x.size() > 1) pieces.push_back(piece);
    piece.x.clear(), piece.y.clear();
  };
  for (size_t i = 1; i < line.x.size(); ++i) {
    const Edge edge{line.x[i - 1], line.y[i - 1], line.x[i], line.y[i]};
    const bool there =
        !std::isnan(edge.x0) && !std::isnan(edge.x1) && !(seam && crosses(longitude[i - 1], longitude[i], *seam));
    const std::optional<Edge> inside = there ? cut(edge, rectangle) : std::nullopt;
    if (!inside) {
      end();
      continue;
    }
    if (piece.x.empty() || piece.x.back() != inside->x0 || piece.y.back() != inside->y0) {
      end();
      piece.x.push_back(inside->x0), piece.y.push_back(inside->y0);
    }
    piece.x.push_back(inside->x1), piece.y.push_back(inside->y1);
  }
  end();
}

double area_km2(const Grid& grid, const Projection& map) {
  constexpr double km_of_degree = 111.2, degree = 3.14159265358979323846 / 180;
  const double cell = std::abs(grid.x_step * grid.y_step), cells = double(grid.cells());
  if (!map.geographic()) return cells * cell / 1e6;
  const double middle = (grid.y(0) + grid.y(grid.rows - 1)) / 2;
  return cells * cell * km_of_degree * km_of_degree * std::cos(middle * degree);
}

}  // namespace

bool has_coastlines() {
  return !shoreline_file().empty();
}

std::vector<MapLine> coastlines_in(const BoundingBox& box) {
  std::vector<MapLine> lines;
  files().shorelines.add_lines(box, lines);
  files().borders.add_lines(box, lines);
  return lines;
}

std::vector<MapLine> coastlines_on(const Grid& grid) {
  constexpr double smallest_share = 1.0 / 20'000;
  const Projection map(grid.crs);
  const Rectangle rectangle = outer_edges(grid);
  const double smallest = smallest_share * area_km2(grid, map);
  std::vector<MapLine> pieces;
  for (const MapLine& line : coastlines_in(box_around(grid, map))) {
    if (line.area > 0 && line.area < smallest) continue;
    MapLine dense = densified(line);
    const std::vector<double> longitude = dense.x;
    map.to_map(dense.x, dense.y);
    add_pieces(dense, longitude, map.seam(), rectangle, pieces);
  }
  return pieces;
}

}  // namespace unetsr::data
