#include "data/formats/area_resampling.hpp"

#include <ogr_spatialref.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "data/crs/gdal.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/polygon_areas.hpp"
#include "data/geography/projection.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

constexpr int strip_rows = 8;       // fixed: the outlines must not depend on the threads
constexpr double tolerance = 1e-4;  // of a cell's side
constexpr int most_segments = 64;   // of an edge
constexpr double half = 0.5 - 1e-9;

OGRSpatialReference reference(const std::string& crs) {
  OGRSpatialReference srs;
  if (srs.SetFromUserInput(crs.c_str()) != OGRERR_NONE) throw Error("'" + excerpt(crs) + "' is no reference system");
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  return srs;
}

struct Points {
  std::vector<double> x, y;
  size_t size() const { return x.size(); }
  void add(double px, double py) { x.push_back(px), y.push_back(py); }
  void clear() { x.clear(), y.clear(); }
};

// From the grid's map to the raster's. One for each thread: PROJ's objects are not shared.
class Transformation {
 public:
  Transformation(const Grid& from, const Grid& to) {
    if (same_crs(from.crs, to.crs)) return;
    const OGRSpatialReference a = reference(from.crs), b = reference(to.crs);
    transform_.reset(OGRCreateCoordinateTransformation(&a, &b));
    if (!transform_)
      throw Error("there is no transformation from '" + excerpt(from.crs) + "' to '" + excerpt(to.crs) + "'");
  }

  // Points without a place become NaN.
  void apply(Points& p) {
    if (!transform_ || p.x.empty()) return;
    ok_.resize(p.size());
    transform_->TransformWithErrorCodes(int(p.size()), p.x.data(), p.y.data(), nullptr, nullptr, ok_.data());
    for (size_t i = 0; i < p.size(); ++i)
      if (ok_[i] != 0 || !std::isfinite(p.x[i]) || !std::isfinite(p.y[i])) p.x[i] = p.y[i] = std::nan("");
  }

 private:
  std::unique_ptr<OGRCoordinateTransformation> transform_;
  std::vector<int> ok_;
};

// A strip of cells of a grid, with its corners and edges on the raster's map.
class Strip {
 public:
  Strip(const Grid& grid, const Grid& raster, bool degrees, int first_row, int rows)
      : grid_(grid), degrees_(degrees), first_(first_row), rows_(rows) {
    const size_t columns = size_t(grid.columns);
    Transformation transformation(grid, raster);
    for (int i = 0; i <= rows; ++i)
      for (int j = 0; j <= grid.columns; ++j) corners_.add(corner_x(j), corner_y(i));
    transformation.apply(corners_);
    horizontal_ = size_t(rows + 1) * columns;
    const size_t edges = horizontal_ + size_t(rows) * (columns + 1);
    Points middles;
    for (size_t e = 0; e < edges; ++e) {
      const Ends ends = ends_of(e);
      middles.add((ends.x0 + ends.x1) / 2, (ends.y0 + ends.y1) / 2);
    }
    transformation.apply(middles);
    // The sagitta of an edge's n segments is that of one segment / n^2.
    first_point_.assign(edges + 1, 0);
    for (size_t e = 0; e < edges; ++e) {
      const Ends ends = ends_of(e);
      const double x0 = corners_.x[ends.from], y0 = corners_.y[ends.from];
      const double dx = turned(corners_.x[ends.to] - x0), dy = corners_.y[ends.to] - y0;
      const double sagitta = std::hypot(turned(middles.x[e] - x0) - dx / 2, middles.y[e] - y0 - dy / 2);
      const double needed = std::sqrt(sagitta / (tolerance * std::hypot(dx, dy)));
      const int segments = std::isfinite(needed) ? std::clamp(int(std::ceil(needed)), 1, most_segments)
                           : std::isnan(sagitta) ? 1
                                                 : most_segments;
      for (int k = 1; k < segments; ++k) {
        const double t = double(k) / segments;
        points_.add(ends.x0 + t * (ends.x1 - ends.x0), ends.y0 + t * (ends.y1 - ends.y0));
      }
      first_point_[e + 1] = points_.size();
    }
    transformation.apply(points_);
    torn_.assign(edges, 0);
    for (size_t e = 0; e < edges; ++e)
      if (first_point_[e + 1] - first_point_[e] == size_t(most_segments - 1)) torn_[e] = is_torn(e);
  }

  // The outline of cell (row of the strip, column). Longitudes follow each other without a jump; false where a corner
  // has no place, or the raster's map is torn there.
  bool outline(int row, int column, Points& out) const {
    out.clear();
    const size_t i = size_t(row), j = size_t(column), columns = size_t(grid_.columns);
    const size_t top = i * columns + j, bottom = top + columns, left = horizontal_ + i * (columns + 1) + j,
                 right = left + 1;
    if (torn_[top] || torn_[bottom] || torn_[left] || torn_[right]) return false;
    const auto corner = [&](size_t r, size_t c) {
      const size_t k = r * (columns + 1) + c;
      out.add(corners_.x[k], corners_.y[k]);
    };
    corner(i, j), side(top, false, out);
    corner(i, j + 1), side(right, false, out);
    corner(i + 1, j + 1), side(bottom, true, out);
    corner(i + 1, j), side(left, true, out);
    for (const double x : out.x)
      if (std::isnan(x)) return false;
    if (degrees_) unwrap(out);
    return true;
  }

 private:
  struct Ends {
    size_t from, to;  // corners
    double x0, y0, x1, y1;
  };

  double corner_x(int j) const { return grid_.x_origin + (j - 0.5) * grid_.x_step; }
  double corner_y(int i) const { return grid_.y_origin + (first_ + i - 0.5) * grid_.y_step; }

  Ends ends_of(size_t edge) const {
    const size_t columns = size_t(grid_.columns);
    if (edge < horizontal_) {
      const int i = int(edge / columns), j = int(edge % columns);
      const size_t from = size_t(i) * (columns + 1) + size_t(j);
      return {from, from + 1, corner_x(j), corner_y(i), corner_x(j + 1), corner_y(i)};
    }
    const int i = int((edge - horizontal_) / (columns + 1)), j = int((edge - horizontal_) % (columns + 1));
    const size_t from = size_t(i) * (columns + 1) + size_t(j);
    return {from, from + columns + 1, corner_x(j), corner_y(i), corner_x(j), corner_y(i + 1)};
  }

  void side(size_t edge, bool backwards, Points& out) const {
    const size_t first = first_point_[edge], last = first_point_[edge + 1];
    for (size_t k = first; k < last; ++k) {
      const size_t p = backwards ? last - 1 - (k - first) : k;
      out.add(points_.x[p], points_.y[p]);
    }
  }

  // Where the raster's map ends (often at 180 degrees), an edge goes on at the map's other end: with one leap.
  bool is_torn(size_t edge) const {
    Points line;
    const Ends ends = ends_of(edge);
    line.add(corners_.x[ends.from], corners_.y[ends.from]);
    side(edge, false, line);
    line.add(corners_.x[ends.to], corners_.y[ends.to]);
    double all = 0, longest = 0;
    for (size_t k = 1; k < line.size(); ++k) {
      const double length = std::hypot(turned(line.x[k] - line.x[k - 1]), line.y[k] - line.y[k - 1]);
      all += length, longest = std::max(longest, length);
    }
    return !degrees_ && longest > all / 2;
  }

  double turned(double difference) const {
    return degrees_ ? difference - 360 * std::round(difference / 360) : difference;
  }

  void unwrap(Points& p) const {
    // A pole has every longitude: on the outline it becomes that of the point before, and again that of the next.
    const auto at_pole = [](double y) { return std::abs(y) > 90 - 1e-9; };
    Points plain;
    const size_t n = p.size();
    for (size_t k = 0; k < n; ++k) {
      if (!at_pole(p.y[k])) {
        plain.add(p.x[k], p.y[k]);
        continue;
      }
      for (const size_t beside : {(k + n - 1) % n, (k + 1) % n})
        if (!at_pole(p.y[beside])) plain.add(p.x[beside], p.y[k]);
    }
    p = std::move(plain);
    if (p.size() < 3) return;
    for (size_t k = 1; k < p.size(); ++k) p.x[k] = p.x[k - 1] + turned(p.x[k] - p.x[k - 1]);
    const double end = p.x.back() + turned(p.x.front() - p.x.back());
    if (std::abs(end - p.x.front()) < 180) return;
    // Once around the globe: the outline goes on along the pole.
    const double pole = p.y.front() > 0 ? 90 : -90, begin = p.x.front();
    p.add(end, p.y.front());
    p.add(end, pole);
    p.add(begin, pole);
  }

  const Grid& grid_;
  bool degrees_;
  int first_, rows_;
  size_t horizontal_ = 0;  // edges along rows; those along columns follow
  Points corners_, points_;
  std::vector<size_t> first_point_;  // of each edge's inner points
  std::vector<char> torn_;
};

// What lies under one cell.
class Tally {
 public:
  explicit Tally(Resampling kind) : by_class_(kind == Resampling::mode) {}

  void clear() {
    valid_ = sum_ = inside_ = 0;
    classes_.clear();
    without_.fill(0);
  }
  void add(float value, Absence absence, double area) {
    inside_ += area;
    if (std::isnan(value)) {
      without_[size_t(absence == Absence::none ? Absence::fill : absence)] += area;
      return;
    }
    valid_ += area;
    if (!by_class_) {
      sum_ += area * double(value);
      return;
    }
    const auto same = std::find_if(classes_.begin(), classes_.end(), [&](const auto& c) { return c.first == value; });
    if (same != classes_.end())
      same->second += area;
    else
      classes_.emplace_back(value, area);
  }

  float result(double area, Absence& absence) const {
    absence = Absence::none;
    if (valid_ > 0 && valid_ >= half * area) return by_class_ ? mode(area) : float(sum_ / valid_);
    absence = Absence::partial;
    if (valid_ > 0) return missing;
    std::array<double, absences> areas = without_;
    areas[size_t(Absence::outside)] = area - inside_;
    absence = Absence(std::max_element(areas.begin(), areas.end()) - areas.begin());
    if (absence == Absence::none) absence = Absence::outside;
    return missing;
  }

 private:
  float mode(double area) const {
    const double slack = 1e-9 * area;  // of equal areas that were added up in another order
    double largest = 0;
    for (const auto& c : classes_) largest = std::max(largest, c.second);
    float value = std::numeric_limits<float>::infinity();
    for (const auto& c : classes_)
      if (c.second >= largest - slack) value = std::min(value, c.first);
    return value;
  }

  bool by_class_;
  double valid_ = 0, sum_ = 0, inside_ = 0;
  std::vector<std::pair<float, double>> classes_;
  std::array<double, absences> without_ = {};
};

}  // namespace

std::vector<float> resample_by_area(const Raster& raster, const Grid& grid, Resampling kind,
                                    std::vector<Absence>* absent) {
  start_gdal();
  const Grid& pixels = raster.grid;
  const bool degrees = in_degrees(pixels.crs);
  const double turn = degrees ? 360 / std::abs(pixels.x_step) : 0;  // pixels around the globe
  const double left = pixels.x_origin - pixels.x_step / 2, top = pixels.y_origin - pixels.y_step / 2;
  std::vector<float> values(size_t(grid.cells()), missing);
  std::vector<Absence> why(absent ? values.size() : 0, Absence::outside);
  const int strips = (grid.rows + strip_rows - 1) / strip_rows;
  parallel_for(strips, [&](int64_t s) {
    const QuietGdal quiet;
    const int first = int(s) * strip_rows, rows = std::min(strip_rows, grid.rows - first);
    const Strip strip(grid, pixels, degrees, first, rows);
    Points outline;
    PolygonAreas areas;
    Tally tally(kind);
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < grid.columns; ++j) {
        if (!strip.outline(i, j, outline) || outline.size() < 3) continue;
        for (double& x : outline.x) x = (x - left) / pixels.x_step;
        for (double& y : outline.y) y = (y - top) / pixels.y_step;
        const auto [low, high] = std::minmax_element(outline.x.begin(), outline.x.end());
        // In degrees: the turns around the globe that bring the cell over the raster.
        const int from = degrees ? int(std::ceil(-*high / turn)) : 0,
                  to = degrees ? int(std::floor((pixels.columns - *low) / turn)) : 0;
        tally.clear();
        double shift = 0, area = 0;
        for (int k = from; k <= to; ++k) {
          for (double& x : outline.x) x += k * turn - shift;
          shift = k * turn;
          polygon_areas(outline.x, outline.y, pixels.rows, pixels.columns, areas);
          area = areas.area;
          for (int r = 0; r < areas.rows; ++r)
            for (int c = 0; c < areas.columns; ++c) {
              const double share = areas.share(r, c);
              if (share <= 1e-9 * areas.area) continue;
              const size_t pixel = size_t(areas.row + r) * size_t(pixels.columns) + size_t(areas.column + c);
              tally.add(raster.values[pixel], raster.absent.empty() ? Absence::none : raster.absent[pixel], share);
            }
        }
        if (area <= 0) continue;
        const size_t cell = size_t(first + i) * size_t(grid.columns) + size_t(j);
        Absence absence;
        values[cell] = tally.result(area, absence);
        if (absent) why[cell] = absence;
      }
  });
  if (absent) *absent = std::move(why);
  return values;
}

}  // namespace unetsr::data
