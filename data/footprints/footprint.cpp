#include "data/footprints/footprint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace unetsr::data {
namespace {

struct Point {
  double x, y;
};

// A convex polygon of at most six corners gains at most one for each of the four half planes that cut it.
struct Polygon {
  std::array<Point, 12> points;
  int count = 0;

  void add(Point p) {
    if (count < int(points.size())) points[size_t(count++)] = p;
  }
};

// What of a polygon lies where sign x (p[axis] - limit) >= 0 (Sutherland and Hodgman 1974).
template <double Point::*axis>
Polygon cut(const Polygon& polygon, double limit, double sign) {
  Polygon result;
  for (int i = 0; i < polygon.count; ++i) {
    const Point a = polygon.points[size_t(i)], b = polygon.points[size_t((i + 1) % polygon.count)];
    const double da = sign * (a.*axis - limit), db = sign * (b.*axis - limit);
    if (da >= 0) result.add(a);
    if ((da > 0 && db < 0) || (da < 0 && db > 0)) {
      const double t = da / (da - db);
      result.add({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    }
  }
  return result;
}

// Whether four corners go around with every turn to one side.
bool convex(const Outline& q) {
  int left = 0, right = 0;
  for (size_t k = 0; k < 4; ++k) {
    const size_t next = (k + 1) % 4, after = (k + 2) % 4;
    const double cross =
        (q.x[next] - q.x[k]) * (q.y[after] - q.y[next]) - (q.x[after] - q.x[next]) * (q.y[next] - q.y[k]);
    left += cross > 0, right += cross < 0;
  }
  return left == 4 || right == 4;
}

// Around the middle, so that crossed corners make no bow tie.
Polygon ordered(const Outline& q) {
  const size_t corners = size_t(q.corners);
  Polygon polygon;
  if (corners == 4 && convex(q)) {
    for (size_t k = 0; k < corners; ++k) polygon.add({q.x[k], q.y[k]});
    return polygon;
  }
  Point middle{0, 0};
  for (size_t k = 0; k < corners; ++k) middle.x += q.x[k] / q.corners, middle.y += q.y[k] / q.corners;
  std::array<std::pair<double, size_t>, 6> angles;
  for (size_t k = 0; k < corners; ++k) angles[k] = {std::atan2(q.y[k] - middle.y, q.x[k] - middle.x), k};
  std::sort(angles.begin(), angles.begin() + std::ptrdiff_t(corners));
  for (size_t k = 0; k < corners; ++k) polygon.add({q.x[angles[k].second], q.y[angles[k].second]});
  return polygon;
}

// The part of a line at a limit of one axis that lies inside a convex polygon, on the other axis.
struct Inside {
  double low = std::numeric_limits<double>::infinity(), high = -low;

  double length(double from, double to) const { return std::max(0.0, std::min(high, to) - std::max(low, from)); }
};

template <double Point::*axis, double Point::*other>
Inside inside_at(const Polygon& polygon, double limit) {
  Inside inside;
  for (int i = 0; i < polygon.count; ++i) {
    const Point a = polygon.points[size_t(i)], b = polygon.points[size_t((i + 1) % polygon.count)];
    const double da = a.*axis - limit, db = b.*axis - limit;
    if (da == db || (da < 0) == (db < 0)) continue;
    const double crossing = a.*other + da / (da - db) * (b.*other - a.*other);
    inside.low = std::min(inside.low, crossing), inside.high = std::max(inside.high, crossing);
  }
  return inside;
}

// Of the lines from `first` to `last`.
template <double Point::*axis, double Point::*other>
std::vector<Inside> inside_from_to(const Polygon& polygon, int64_t first, int64_t last) {
  std::vector<Inside> lines;
  for (int64_t line = first; line <= last; ++line) lines.push_back(inside_at<axis, other>(polygon, double(line)));
  return lines;
}

// Longitudes beside the first corner's, so that a footprint over the date line stays in one piece.
std::array<double, 4> unwrapped(std::array<double, 4> longitudes) {
  for (double& longitude : longitudes) longitude -= 360 * std::round((longitude - longitudes[0]) / 360);
  return longitudes;
}

// Corners around a pole turn once around the globe.
bool around_pole(const std::array<double, 4>& longitudes) {
  double turn = 0;
  for (size_t k = 0; k < 4; ++k) {
    const double step = longitudes[(k + 1) % 4] - longitudes[k];
    turn += step - 360 * std::round(step / 360);
  }
  return std::abs(turn) > 180;
}

}  // namespace

void lay(const Outline& q, int rows, int columns, PolygonRows& out) {
  const size_t corners = size_t(q.corners);
  if (corners == 4 && convex(q)) {
    out.lay({q.x.data(), corners}, {q.y.data(), corners}, rows, columns);
    return;
  }
  const Polygon polygon = ordered(q);
  std::array<double, 6> x, y;
  for (size_t k = 0; k < corners; ++k) x[k] = polygon.points[k].x, y[k] = polygon.points[k].y;
  out.lay({x.data(), corners}, {y.data(), corners}, rows, columns);
}

void overlaps(const Outline& q, int rows, int columns, std::vector<CellShare>& out) {
  thread_local PolygonRows polygon;
  lay(q, rows, columns, polygon);
  for (int r = 0; r < polygon.rows(); ++r) {
    const PolygonRows::Row row = polygon.shares(r);
    const int64_t first = int64_t(polygon.row() + r) * columns + polygon.column() + row.column;
    for (size_t c = 0; c < row.shares.size(); ++c)
      if (row.shares[c] >= least_overlap) out.push_back({first + int64_t(c), row.shares[c]});
  }
}

// What flows through a cell's edges while the polygon moves.
void overlap_slopes(const Outline& q, int rows, int columns, std::vector<CellSlope>& out) {
  const Polygon whole = ordered(q);
  std::vector<CellShare> shares;
  overlaps(q, rows, columns, shares);
  if (shares.empty()) return;
  int64_t top = rows, bottom = 0, left = columns, right = 0;
  for (const CellShare& share : shares) {
    top = std::min(top, share.cell / columns), bottom = std::max(bottom, share.cell / columns);
    left = std::min(left, share.cell % columns), right = std::max(right, share.cell % columns);
  }
  const auto across = inside_from_to<&Point::x, &Point::y>(whole, left, right + 1),
             down = inside_from_to<&Point::y, &Point::x>(whole, top, bottom + 1);
  for (const CellShare& share : shares) {
    const int64_t row = share.cell / columns, column = share.cell % columns;
    const auto through_column = [&](int64_t line) {
      return across[size_t(line - left)].length(double(row), double(row + 1));
    };
    const auto through_row = [&](int64_t line) {
      return down[size_t(line - top)].length(double(column), double(column + 1));
    };
    out.push_back({share.cell, share.overlap, through_column(column) - through_column(column + 1),
                   through_row(row) - through_row(row + 1)});
  }
}

FootprintPlacer::FootprintPlacer(const Grid& grid) : grid_(grid), projection_(grid.crs), seam_(projection_.seam()) {}

// False where a corner has no place on the map; `inside`: whether the outline, now in cells, touches the grid.
bool FootprintPlacer::lay(Outline& outline, bool& inside) const {
  const std::span<double> x(outline.x.data(), size_t(outline.corners)), y(outline.y.data(), size_t(outline.corners));
  if (!projection_.to_map(x, y)) return false;
  for (double& v : x) v = (v - grid_.x_origin) / grid_.x_step + 0.5;
  for (double& v : y) v = (v - grid_.y_origin) / grid_.y_step + 0.5;
  const auto [left, right] = std::minmax_element(x.begin(), x.end());
  const auto [top, bottom] = std::minmax_element(y.begin(), y.end());
  inside = *right > 0 && *left<grid_.columns&& * bottom> 0 && *top < grid_.rows;
  return true;
}

// Whether the corners lie on far sides of the map, as at the place that is opposite to the middle of an azimuthal one.
bool FootprintPlacer::torn(const Outline& outline) const {
  constexpr double far = 1e6;  // m
  const auto [left, right] = std::minmax_element(outline.x.begin(), outline.x.begin() + outline.corners);
  const auto [top, bottom] = std::minmax_element(outline.y.begin(), outline.y.begin() + outline.corners);
  return (*right - *left) * std::abs(grid_.x_step) > far || (*bottom - *top) * std::abs(grid_.y_step) > far;
}

Placement FootprintPlacer::place(const Soundings& s, size_t i, std::vector<Outline>& out) const {
  return place(FootprintCorners{s.longitudes[i], s.latitudes[i]}, out);
}

Placement FootprintPlacer::place(const FootprintCorners& corners, std::vector<Outline>& out) const {
  const std::array<double, 4>& longitudes = corners.longitudes;
  for (size_t k = 0; k < 4; ++k)
    if (std::isnan(longitudes[k]) || std::isnan(corners.latitudes[k])) return Placement::off_map;
  Outline whole;
  for (size_t k = 0; k < 4; ++k) whole.y[k] = corners.latitudes[k];
  bool inside = false;
  if (!seam_) {  // the date line and the pole are places like others
    for (size_t k = 0; k < 4; ++k) whole.x[k] = longitudes[k];
    if (!lay(whole, inside) || torn(whole)) return Placement::off_map;
    if (inside) out.push_back(whole);
    return inside ? Placement::inside : Placement::outside;
  }
  // A meridian beside the seam lies on the map's one edge or on its other.
  const double beside = *seam_ == 180 ? 0 : 1e-9, last = *seam_ - beside, first = *seam_ - 360 + beside;
  const auto [least, most] = std::minmax_element(longitudes.begin(), longitudes.end());
  if (*least >= std::max(first, -180.0) && *most <= std::min(last, 180.0) && *most - *least < 180) {
    for (size_t k = 0; k < 4; ++k) whole.x[k] = longitudes[k];  // in one piece, as nearly all are
    if (!lay(whole, inside)) return Placement::off_map;
    if (inside) out.push_back(whole);
    return inside ? Placement::inside : Placement::outside;
  }
  if (around_pole(longitudes)) return Placement::over_pole;
  std::array<double, 4> near = unwrapped(longitudes);
  if (*seam_ != 180)
    for (const double turn = 360 * std::floor((near[0] - first) / 360); double& longitude : near) longitude -= turn;
  const auto [west, east] = std::minmax_element(near.begin(), near.end());
  for (size_t k = 0; k < 4; ++k) whole.x[k] = near[k];
  Placement placement = Placement::outside;
  for (const double turn : {0.0, -360.0, 360.0}) {
    // The part beyond the seam belongs on the map's other side.
    if ((turn < 0 && *east <= last) || (turn > 0 && *west >= first)) continue;
    Polygon part = ordered(whole);
    for (int k = 0; k < part.count; ++k) part.points[size_t(k)].x += turn;
    if (*east > last || *west < first) part = cut<&Point::x>(cut<&Point::x>(part, first, 1), last, -1);
    if (part.count < 3) continue;
    Outline outline;
    outline.corners = part.count;
    for (size_t k = 0; k < size_t(part.count); ++k) {
      const double longitude = part.points[k].x;
      outline.x[k] = std::abs(longitude) > 180 ? longitude - 360 * std::round(longitude / 360) : longitude;
      outline.y[k] = part.points[k].y;
    }
    if (!lay(outline, inside)) return Placement::off_map;
    if (!inside) continue;
    placement = Placement::inside;
    out.push_back(outline);
  }
  return placement;
}

std::optional<FootprintPlacer::CellsPerKm> FootprintPlacer::cells_per_km(double longitude, double latitude) const {
  const double east = 1 / (km_per_degree * std::cos(latitude * std::numbers::pi / 180)), north = 1 / km_per_degree;
  std::array<double, 3> x = {longitude, longitude + east, longitude}, y = {latitude, latitude, latitude + north};
  if (!projection_.to_map(x, y)) return std::nullopt;
  return CellsPerKm{(x[1] - x[0]) / grid_.x_step, (y[1] - y[0]) / grid_.y_step, (x[2] - x[0]) / grid_.x_step,
                    (y[2] - y[0]) / grid_.y_step};
}

bool FootprintPlacer::centre(const Soundings& s, size_t i, double& x, double& y) const {
  return position(s.longitude[i], s.latitude[i], x, y);
}

bool FootprintPlacer::position(double longitude, double latitude, double& x, double& y) const {
  x = longitude, y = latitude;
  if (std::isnan(x) || std::isnan(y) || !projection_.to_map({&x, 1}, {&y, 1})) return false;
  x = (x - grid_.x_origin) / grid_.x_step + 0.5, y = (y - grid_.y_origin) / grid_.y_step + 0.5;
  return true;
}

}  // namespace unetsr::data
