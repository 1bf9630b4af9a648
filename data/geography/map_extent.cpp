#include "data/geography/map_extent.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

#include "data/geography/projection.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

using Interval = std::pair<double, double>;

// The longest stretch between the first interval's begin and the last one's end that no interval covers.
Interval longest_gap(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end());
  Interval gap = {0, 0};
  double end = intervals.empty() ? 0 : intervals.front().second;
  for (const auto& [first, last] : intervals) {
    if (first - end > gap.second - gap.first) gap = {end, first};
    end = std::max(end, last);
  }
  return gap;
}

// Longitudes, west to east; west in -180..180, east up to 360 degrees farther.
struct Arc {
  double west = 0, east = 0;
};

// The shortest arc that holds all the intervals of longitudes.
Arc shortest_arc(const std::vector<Interval>& intervals) {
  std::vector<Interval> twice;
  for (const auto& [first, last] : intervals) {
    const double turn = 360 * std::floor(first / 360);
    twice.emplace_back(first - turn, last - turn);
    twice.emplace_back(first - turn + 360, last - turn + 360);
  }
  const auto [west, east] = longest_gap(twice);  // the arc begins where the gap ends
  const double begin = east - 360 * std::round(east / 360);
  return {begin, begin + 360 - (east - west)};
}

// Follows lines from the polygons' coordinates through longitude and latitude to a map.
class MapTracer {
 public:
  MapTracer(const Projection& to, double tolerance) : to_(to), tolerance_(tolerance) {}

  // The reference system of the lines that are added next; none: degrees of WGS 84, as at first.
  void from(const Projection* from) {
    from_ = from;
    longest_ = !from || from->geographic() ? 1 : 1e5;
  }

  void add(const Ring& ring) {
    std::vector<Point> points;
    for (size_t i = 0, n = ring.x.size(); i < n; ++i) {
      const double x = ring.x[i], y = ring.y[i], dx = ring.x[(i + 1) % n] - x, dy = ring.y[(i + 1) % n] - y;
      const int steps = int(std::clamp(std::ceil(std::max(std::abs(dx), std::abs(dy)) / longest_), 1.0, 1e5));
      for (int k = 0; k < steps; ++k) points.push_back({x + dx * k / steps, y + dy * k / steps});
    }
    place(points);
    std::vector<Piece> open;
    for (size_t i = 0; i < points.size(); ++i) open.push_back({points[i], points[(i + 1) % points.size()]});
    for (int level = 0; level < deepest && !open.empty(); ++level) open = halved(open);
    cut_ = cut_ || !open.empty();
  }

  // Also where no line goes.
  void add_pole(double latitude) {
    for (int longitude = -180; longitude <= 180; ++longitude) {
      double x = longitude, y = latitude;
      off_map_ = !to_.to_map({&x, 1}, {&y, 1}) || off_map_;
      if (!off_map_) rectangle_.add(x, y);
    }
  }

  const MapRectangle& rectangle() const { return rectangle_; }
  bool off_map() const { return off_map_; }
  bool cut() const { return cut_; }  // lines jump from one edge of the map to another
  double south() const { return south_; }
  double north() const { return north_; }
  Arc arc() const { return shortest_arc(longitudes_); }
  // Most of the rectangle's width or height is empty.
  bool apart() const {
    const auto [left, right] = longest_gap(x_);
    const auto [bottom, top] = longest_gap(y_);
    return right - left > (rectangle_.east - rectangle_.west) / 2 ||
           top - bottom > (rectangle_.north - rectangle_.south) / 2;
  }

 private:
  // Of a degree or 100 km: about a thousandth of a millimetre.
  static constexpr int deepest = 36;

  struct Point {
    double x = 0, y = 0;  // of the polygons
    double longitude = 0, latitude = 0;
    double map_x = 0, map_y = 0;
  };
  struct Piece {
    Point a, b;
  };

  void place(std::vector<Point>& points) {
    std::vector<double> x, y;
    for (const Point& p : points) x.push_back(p.x), y.push_back(p.y);
    if (from_ && !from_->to_geographic(x, y)) off_map_ = true;
    for (size_t i = 0; i < points.size(); ++i) {
      if (from_)
        x[i] = std::clamp(x[i], -180.0, 180.0);  // a tile's corner beyond the globe's edge
      else if (std::abs(x[i]) > 180)
        x[i] -= 360 * std::round(x[i] / 360);
      points[i].longitude = x[i], points[i].latitude = y[i];
    }
    if (!to_.to_map(x, y)) off_map_ = true;
    for (size_t i = 0; i < points.size(); ++i) points[i].map_x = x[i], points[i].map_y = y[i];
  }

  // Keeps the pieces that are straight on the map; the halves of the others.
  std::vector<Piece> halved(const std::vector<Piece>& open) {
    std::vector<Point> middles;
    for (const Piece& p : open) middles.push_back({(p.a.x + p.b.x) / 2, (p.a.y + p.b.y) / 2});
    place(middles);
    std::vector<Piece> next;
    if (off_map_) return next;
    for (size_t i = 0; i < open.size(); ++i) {
      const auto& [a, b] = open[i];
      const Point& m = middles[i];
      if (std::abs(m.map_x - (a.map_x + b.map_x) / 2) <= tolerance_ &&
          std::abs(m.map_y - (a.map_y + b.map_y) / 2) <= tolerance_) {
        keep(a, m);
        keep(m, b);
      } else {
        next.push_back({a, m});
        next.push_back({m, b});
      }
    }
    return next;
  }

  void keep(const Point& a, const Point& b) {
    for (const Point& p : {a, b}) {
      rectangle_.add(p.map_x, p.map_y);
      south_ = std::min(south_, p.latitude), north_ = std::max(north_, p.latitude);
    }
    x_.push_back(std::minmax({a.map_x, b.map_x}));
    y_.push_back(std::minmax({a.map_y, b.map_y}));
    const double step = b.longitude - a.longitude, end = a.longitude + step - 360 * std::round(step / 360);
    longitudes_.push_back(std::minmax({a.longitude, end}));
  }

  const Projection* from_ = nullptr;
  const Projection& to_;
  double tolerance_, longest_ = 1;
  MapRectangle rectangle_;
  double south_ = 90, north_ = -90;
  std::vector<Interval> x_, y_, longitudes_;
  bool off_map_ = false, cut_ = false;
};

std::string signed_longitude(double v) {
  return fmt::format("{:.6g}", v > 180 ? v - 360 : v);
}

// A map that holds the arc in one piece.
std::string advice(const Arc& arc, double south, double north) {
  const double middle = (arc.west + arc.east) / 2;
  std::string text = fmt::format("'+proj=laea +lat_0={:.0f} +lon_0={:.0f} +datum=WGS84 +units=m'", (south + north) / 2,
                                 middle - 360 * std::round(middle / 360));
  // Mercator around 150 E, which is cut at 30 W and has no poles.
  if (arc.west > -30 && arc.east > 150 && arc.east < 330 && std::max(std::abs(south), std::abs(north)) < 60)
    text = "EPSG:3832 or " + text;
  return text;
}

// `what`: "the region" or the like.
void refuse_both_sides(const MapTracer& lines, const Projection& map, double tolerance, const std::string& what) {
  if (!lines.apart()) return;
  const Arc arc = lines.arc();
  if (arc.east - arc.west > 180) return;
  MapTracer around(map, tolerance);
  around.add({{arc.west, arc.east, arc.east, arc.west}, {lines.south(), lines.south(), lines.north(), lines.north()}});
  if (!around.cut()) return;
  const std::optional<double> seam = map.seam();
  throw UsageError(fmt::format(
      "{} lies from longitude {} eastward to {}, on both sides of {}, where the map is cut; choose a map that holds it "
      "in one piece: --crs {}, and a --resolution in metres",
      what, signed_longitude(arc.west), signed_longitude(arc.east),
      !seam                    ? "a line"
      : std::abs(*seam) == 180 ? "the date line"
                               : "longitude " + signed_longitude(*seam),
      advice(arc, lines.south(), lines.north())));
}

std::optional<Projection> projection_of(const PolygonSet& polygons) {
  if (same_crs(polygons.crs, "EPSG:4326")) return std::nullopt;
  return Projection(polygons.crs);
}

bool holds_pole(const PolygonSet& polygons, const Projection& from, double latitude) {
  double x = 0, y = latitude;
  return from.to_map({&x, 1}, {&y, 1}) && PolygonIndex(polygons).holds(x, y);
}

}  // namespace

MapRectangle map_rectangle(const std::vector<PolygonSet>& polygons, const std::string& crs, double cell) {
  const double tolerance = cell / 20;
  const Projection map(crs);
  std::vector<std::optional<Projection>> from;
  for (const PolygonSet& set : polygons) from.push_back(projection_of(set));
  MapTracer lines(map, tolerance);
  for (size_t i = 0; i < polygons.size(); ++i) {
    const Projection* own = from[i] ? &*from[i] : nullptr;
    lines.from(own);
    for (const PolygonRings& polygon : polygons[i].polygons)
      for (const Ring& ring : polygon.rings) lines.add(ring);
    if (own && !own->geographic())
      for (const double latitude : {-90.0, 90.0})
        if (holds_pole(polygons[i], *own, latitude)) lines.add_pole(latitude);
  }
  if (lines.off_map())
    throw UsageError("the region has no place on the map of " + excerpt(crs) + "; choose another --crs");
  refuse_both_sides(lines, map, tolerance, "the region");
  return lines.rectangle();
}

void refuse_grids_across_the_cut(std::span<const Grid> grids) {
  if (grids.empty()) return;
  const Grid& first = grids.front();
  const double tolerance = std::abs(first.x_step) / 20;
  const Projection map(first.crs);
  MapTracer lines(map, tolerance);
  lines.from(&map);
  for (const Grid& g : grids) {
    const double west = g.x(0) - g.x_step / 2, east = g.x(g.columns - 1) + g.x_step / 2, north = g.y(0) - g.y_step / 2,
                 south = g.y(g.rows - 1) + g.y_step / 2;
    lines.add({{west, east, east, west}, {south, south, north, north}});
  }
  if (!lines.off_map()) refuse_both_sides(lines, map, tolerance, "what the granules cover");
}

}  // namespace unetsr::data
