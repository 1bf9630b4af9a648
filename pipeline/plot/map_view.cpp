#include "pipeline/plot/map_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "data/dataset/missing.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/geography/map_extent.hpp"
#include "data/geography/nearest_cells.hpp"
#include "kernels/error.hpp"

namespace unetsr::pipeline::picture {
namespace {

constexpr int samples = 64;                   // on a side of a rectangle, to follow how it bends
constexpr double continent = 100, half = 60;  // degrees of longitude and latitude
constexpr double earth_radius = 6371008.8;    // m

struct Places {
  std::vector<double> x, y;
};

Places lattice(double west, double south, double east, double north) {
  Places places;
  for (int i = 0; i <= samples; ++i)
    for (int j = 0; j <= samples; ++j) {
      places.x.push_back(std::lerp(west, east, double(j) / samples));
      places.y.push_back(std::lerp(south, north, double(i) / samples));
    }
  return places;
}

void add_places(Places& all, const data::Grid& grid) {
  Places p = lattice(grid.x_origin - grid.x_step / 2, grid.y_origin - grid.y_step / 2,
                     grid.x(grid.columns - 1) + grid.x_step / 2, grid.y(grid.rows - 1) + grid.y_step / 2);
  const data::Projection projection(grid.crs);
  projection.geographic() ? void(projection.to_geographic(p.x, p.y)) : projection.to_globe(p.x, p.y);
  all.x.insert(all.x.end(), p.x.begin(), p.x.end());
  all.y.insert(all.y.end(), p.y.begin(), p.y.end());
}

// Where the longest gap between longitudes is not the one around the date line, those west of it get 360 degrees more.
void unwrap(std::vector<double>& longitudes) {
  std::vector<double> sorted;
  std::copy_if(longitudes.begin(), longitudes.end(), std::back_inserter(sorted),
               [](double v) { return std::isfinite(v); });
  if (sorted.empty()) return;
  std::sort(sorted.begin(), sorted.end());
  double gap = sorted.front() + 360 - sorted.back(), east_of_gap = sorted.front();
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i] - sorted[i - 1] > gap) gap = sorted[i] - sorted[i - 1], east_of_gap = sorted[i];
  for (double& v : longitudes)
    if (v < east_of_gap) v += 360;
}

data::BoundingBox bounds_of(const Places& places) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  data::BoundingBox b{infinity, infinity, -infinity, -infinity};
  for (size_t i = 0; i < places.x.size(); ++i)
    if (std::isfinite(places.x[i]) && std::isfinite(places.y[i])) {
      b.west = std::min(b.west, places.x[i]), b.east = std::max(b.east, places.x[i]);
      b.south = std::min(b.south, places.y[i]), b.north = std::max(b.north, places.y[i]);
    }
  return b;
}

std::string degrees(double value, char positive, char negative) {
  return fmt::format("{:.6g}° {}", std::abs(value), value < 0 ? negative : positive);
}

struct Choice {
  std::string crs, name;
};

Choice choose(const data::BoundingBox& b) {
  const auto rounded = [](double v) { return std::round(v * 10) / 10 + 0.0; };
  const double longitude = rounded(std::remainder((b.west + b.east) / 2, 360)),
               latitude = rounded((b.south + b.north) / 2);
  if (b.east - b.west > continent || b.north - b.south > half)
    return {fmt::format("+proj=eqearth +lon_0={} +datum=WGS84 +units=m", longitude), "Equal Earth projection"};
  return {fmt::format("+proj=laea +lat_0={} +lon_0={} +datum=WGS84 +units=m", latitude, longitude),
          fmt::format("Lambert azimuthal equal-area projection, centre {} {}", degrees(latitude, 'N', 'S'),
                      degrees(longitude, 'E', 'W'))};
}

// Cells of `grid` from one pixel to the next, in the middle.
double cells_a_pixel(const data::Grid& grid, const data::Grid& pixels) {
  const double px = pixels.x(pixels.columns / 2), py = pixels.y(pixels.rows / 2);
  std::vector<double> x = {px, px + pixels.x_step, px}, y = {py, py, py + pixels.y_step};
  data::Projection(pixels.crs).to_geographic(x, y);
  data::Projection(grid.crs).to_map(x, y);
  const auto step = [&](int k) {
    return std::hypot((x[size_t(k)] - x[0]) / grid.x_step, (y[size_t(k)] - y[0]) / grid.y_step);
  };
  return std::max(step(1), step(2));
}

}  // namespace

MapView::MapView(std::span<const data::Grid> grids, const std::optional<data::BoundingBox>& box,
                 const std::string& crs) {
  Places places;
  if (box) {
    const double east = box->east < box->west ? box->east + 360 : box->east;
    places = lattice(box->west, box->south, east, box->north);
  } else {
    for (const data::Grid& grid : grids) add_places(places, grid);
    unwrap(places.x);
  }
  bounds_ = bounds_of(places);
  if (!(bounds_.east > bounds_.west && bounds_.north > bounds_.south))
    throw UsageError("the picture would show no area; give one with --bbox W,S,E,N");
  const Choice choice = crs.empty() ? choose(bounds_) : Choice{crs, crs};
  crs_ = choice.crs, name_ = choice.name;
  projection_.emplace(crs_);
  projection_->to_map(places.x, places.y);
  const data::BoundingBox map = bounds_of(places);
  if (!(map.east > map.west && map.north > map.south))
    throw UsageError("--crs " + crs + ": has no place for this area");
  west_ = map.west, south_ = map.south, east_ = map.east, north_ = map.north;
}

data::Grid MapView::pixels(int width) const {
  const double step = (east_ - west_) / width;
  const int rows = std::max(1, int(std::lround((north_ - south_) / step)));
  return {rows, width, west_ + step / 2, step, north_ - step / 2, -step, crs_};
}

Point MapView::place(double x, double y, const Box& panel) const {
  return {panel.x + (x - west_) / (east_ - west_) * panel.width,
          panel.y + (north_ - y) / (north_ - south_) * panel.height};
}

std::vector<Point> MapView::places(std::span<const double> longitudes, std::span<const double> latitudes,
                                   const Box& panel) const {
  std::vector<double> x(longitudes.begin(), longitudes.end()), y(latitudes.begin(), latitudes.end());
  projection_->to_map(x, y);
  std::vector<Point> points;
  for (size_t i = 0; i < x.size(); ++i) points.push_back(place(x[i], y[i], panel));
  return points;
}

double MapView::width_in_metres() const {
  const double middle = (south_ + north_) / 2, centre = (west_ + east_) / 2, quarter = (east_ - west_) / 8;
  std::vector<double> x = {centre - quarter, centre + quarter}, y = {middle, middle};
  projection_->to_geographic(x, y);
  const double radians = std::numbers::pi / 180;
  const double north = std::sin((y[1] - y[0]) / 2 * radians), along = std::sin((x[1] - x[0]) / 2 * radians);
  const double h = north * north + std::cos(y[0] * radians) * std::cos(y[1] * radians) * along * along;
  return 4 * 2 * earth_radius * std::asin(std::sqrt(h));
}

Shown on_pixels(const MapLayer& layer, const data::Grid& pixels) {
  const std::vector<int32_t> cells = data::nearest_cells(layer.grid, pixels);
  Shown shown;
  for (const int32_t cell : cells) {
    shown.inside.push_back(cell >= 0);
    shown.values.push_back(cell < 0 ? data::missing : layer.values[size_t(cell)]);
  }
  const bool of_classes = layer.quantity == Quantity::role;
  if (!of_classes && cells_a_pixel(layer.grid, pixels) > 1)
    shown.values = data::on_grid({layer.grid, layer.values}, pixels, data::Resampling::average);
  return shown;
}

}  // namespace unetsr::pipeline::picture
