#include "data/footprints/response.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180, ln2 = std::numbers::ln2;
constexpr double least_response = 0.02;  // of its greatest; what is less is omitted
constexpr int places = 2;                // on a side of a cell

double mean_of(const std::array<double, 4>& v) {
  return (v[0] + v[1] + v[2] + v[3]) / 4;
}

// Longitudes beside the first one's.
FootprintCorners in_one_piece(FootprintCorners c) {
  for (double& longitude : c.longitudes) longitude -= 360 * std::round((longitude - c.longitudes[0]) / 360);
  return c;
}

// The footprint as a parallelogram: its middle and half of its sides, across and along the track.
struct Frame {
  double longitude, latitude;
  EastNorth across, along;  // km

  explicit Frame(const FootprintCorners& corners) {
    const FootprintCorners c = in_one_piece(corners);
    longitude = mean_of(c.longitudes), latitude = mean_of(c.latitudes);
    const double km = km_per_degree * std::cos(latitude * radians);
    const auto half = [](const std::array<double, 4>& v, size_t a, size_t b, size_t from, size_t to) {
      return (v[a] - v[from] + v[b] - v[to]) / 4;
    };
    across = {km * half(c.longitudes, 1, 2, 0, 3), km_per_degree * half(c.latitudes, 1, 2, 0, 3)};
    along = {km * half(c.longitudes, 2, 3, 1, 0), km_per_degree * half(c.latitudes, 2, 3, 1, 0)};
  }
};

FootprintCorners moved(FootprintCorners c, EastNorth d) {
  const double km = km_per_degree * std::cos(mean_of(c.latitudes) * radians);
  for (size_t k = 0; k < 4; ++k) c.longitudes[k] += d.east / km, c.latitudes[k] += d.north / km_per_degree;
  return c;
}

// The inverse of the matrix whose columns are two vectors.
struct Inverse {
  double xx, xy, yx, yy, determinant;

  Inverse(double ax, double ay, double bx, double by) : determinant(ax * by - bx * ay) {
    xx = by / determinant, xy = -bx / determinant, yx = -ay / determinant, yy = ax / determinant;
  }
};

// The response at a place in half sides, and its derivatives.
struct Soft {
  double value, by_u, by_v, by_width;

  Soft(double u, double v, double width) {
    const double a = u / width, b = v / width, a2 = a * a;
    value = std::exp2(-(a2 * a2 + b * b));
    by_u = -ln2 * 4 * a2 * a / width * value, by_v = -ln2 * 2 * b / width * value;
    by_width = ln2 * (4 * a2 * a2 + 2 * b * b) / width * value;
  }
};

// Its integral over the half sides' plane.
double integral(double width) {
  const double across = 2 * width * std::tgamma(1.25) / std::pow(ln2, 0.25);
  return across * width * std::sqrt(std::numbers::pi / ln2);
}

std::pair<int, int> cells_around(double middle, double reach, int count) {
  return {int(std::clamp(std::floor(middle - reach), 0.0, double(count))),
          int(std::clamp(std::ceil(middle + reach), 0.0, double(count)))};
}

}  // namespace

void box_shares(std::span<const Outline> outlines, const Grid& grid, std::vector<ResponseShare>& out) {
  thread_local std::vector<CellShare> shares;
  shares.clear(), out.clear();
  for (const Outline& outline : outlines) overlaps(outline, grid.rows, grid.columns, shares);
  for (const CellShare& share : shares) out.push_back({share.cell, share.overlap});
  std::sort(out.begin(), out.end(), [](const ResponseShare& a, const ResponseShare& b) { return a.cell < b.cell; });
}

bool ResponsePlacer::place(const FootprintCorners& corners, EastNorth d, std::optional<double> width,
                           std::vector<ResponseShare>& out, bool with_slopes) const {
  out.clear();
  return width ? place_soft(corners, d, *width, out) : place_box(corners, d, out, with_slopes);
}

bool ResponsePlacer::place_box(const FootprintCorners& corners, EastNorth d, std::vector<ResponseShare>& out,
                               bool with_slopes) const {
  const Frame frame(corners);
  const auto km = placer_.cells_per_km(frame.longitude, frame.latitude);
  std::vector<Outline> outlines;
  const Placement placement = placer_.place(d.east == 0 && d.north == 0 ? corners : moved(corners, d), outlines);
  if (!km || (placement != Placement::inside && placement != Placement::outside)) return false;
  if (!with_slopes) {
    box_shares(outlines, placer_.grid(), out);
    return true;
  }
  std::vector<CellSlope> slopes;
  for (const Outline& outline : outlines) overlap_slopes(outline, placer_.grid().rows, placer_.grid().columns, slopes);
  std::sort(slopes.begin(), slopes.end(), [](const CellSlope& a, const CellSlope& b) { return a.cell < b.cell; });
  for (const CellSlope& s : slopes)
    out.push_back(
        {s.cell, s.overlap, s.by_x * km->x_east + s.by_y * km->y_east, s.by_x * km->x_north + s.by_y * km->y_north, 0});
  return true;
}

bool ResponsePlacer::place_soft(const FootprintCorners& corners, EastNorth d, double width,
                                std::vector<ResponseShare>& out) const {
  const Grid& grid = placer_.grid();
  const Frame frame(corners);
  const auto km = placer_.cells_per_km(frame.longitude, frame.latitude);
  double x = 0, y = 0;
  if (!km || !placer_.position(frame.longitude, frame.latitude, x, y)) return false;
  const Inverse to_km(km->x_east, km->y_east, km->x_north, km->y_north);
  const Inverse to_half_sides(frame.across.east, frame.across.north, frame.along.east, frame.along.north);
  if (!(std::abs(to_half_sides.determinant) > 1e-9)) return false;
  x += km->x_east * d.east + km->x_north * d.north, y += km->y_east * d.east + km->y_north * d.north;
  const double scale = 4 / (places * places * integral(width));  // the box has four half sides' area
  const double least = -std::log2(least_response), u = width * std::pow(least, 0.25), v = width * std::sqrt(least);
  const auto reach = [&](double east, double north) {
    return std::abs(u * (east * frame.across.east + north * frame.across.north)) +
           std::abs(v * (east * frame.along.east + north * frame.along.north));
  };
  const auto [first_row, last_row] = cells_around(y, reach(km->y_east, km->y_north), grid.rows);
  const auto [first_column, last_column] = cells_around(x, reach(km->x_east, km->x_north), grid.columns);
  for (int row = first_row; row < last_row; ++row)
    for (int column = first_column; column < last_column; ++column) {
      ResponseShare share{int64_t(row) * grid.columns + column};
      for (int i = 0; i < places; ++i)
        for (int j = 0; j < places; ++j) {
          const double dx = column + (j + 0.5) / places - x, dy = row + (i + 0.5) / places - y;
          const double east = to_km.xx * dx + to_km.xy * dy, north = to_km.yx * dx + to_km.yy * dy;
          const Soft soft(to_half_sides.xx * east + to_half_sides.xy * north,
                          to_half_sides.yx * east + to_half_sides.yy * north, width);
          share.share += soft.value;
          share.by_east -= soft.by_u * to_half_sides.xx + soft.by_v * to_half_sides.yx;
          share.by_north -= soft.by_u * to_half_sides.xy + soft.by_v * to_half_sides.yy;
          share.by_width += soft.by_width;
        }
      if (share.share < places * places * least_response) continue;
      share.by_width = scale * (share.by_width - 2 * share.share / width);
      share.share *= scale, share.by_east *= scale, share.by_north *= scale;
      out.push_back(share);
    }
  return true;
}

}  // namespace unetsr::data
