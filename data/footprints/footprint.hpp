#pragma once
#include <array>
#include <optional>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/dataset/polygon_areas.hpp"
#include "data/dataset/soundings.hpp"
#include "data/geography/projection.hpp"

// The cells under a sounding's footprint.
namespace unetsr::data {

struct CellShare {
  int64_t cell = 0;    // row x columns + column
  double overlap = 0;  // area of footprint and cell, as a share of the cell's
};

// A convex polygon in units of cells: (0, 0) is the outer corner of the grid's first cell, x along columns, y along
// rows. Four corners; up to six where the map's seam cuts a footprint.
struct Outline {
  int corners = 4;
  std::array<double, 6> x = {}, y = {};
};

// Areas of overlap of a polygon with the cells around it. Corners may come in any order. A cell that shares less than
// `least_overlap` of its area is not touched.
inline constexpr double least_overlap = 1e-12;
void lay(const Outline&, int rows, int columns, PolygonRows& out);
// Those of every cell that it touches, by rows, then columns.
void overlaps(const Outline&, int rows, int columns, std::vector<CellShare>& out);

// The same with the derivatives by a shift of the polygon along columns and rows.
struct CellSlope {
  int64_t cell = 0;
  double overlap = 0, by_x = 0, by_y = 0;
};
void overlap_slopes(const Outline&, int rows, int columns, std::vector<CellSlope>& out);

// Around a footprint in either direction, degrees.
struct FootprintCorners {
  std::array<double, 4> longitudes = {}, latitudes = {};
};

inline constexpr double km_per_degree = 111.195;  // of a great circle

// Whether a footprint lies on a grid, or why not.
enum class Placement { inside, outside, over_pole, off_map };

// Lays footprints on a grid.
class FootprintPlacer {
 public:
  explicit FootprintPlacer(const Grid&);

  // The outlines of a footprint on the grid: one, or two where the meridian cuts it at which the map itself is cut (the
  // date line on many maps). On a map with such a seam, corners that go around a pole are over_pole; corners without a
  // place on the map are off_map; both have no outline.
  Placement place(const FootprintCorners&, std::vector<Outline>& out) const;
  Placement place(const Soundings&, size_t i, std::vector<Outline>& out) const;
  // How a place moves on the grid, in cells: 1 km to the east, 1 km to the north. Nothing off the map.
  struct CellsPerKm {
    double x_east = 0, y_east = 0, x_north = 0, y_north = 0;
  };
  std::optional<CellsPerKm> cells_per_km(double longitude, double latitude) const;
  // Where a place lies on the grid, in the same units; false off the map. The same of a sounding's centre.
  bool position(double longitude, double latitude, double& x, double& y) const;
  bool centre(const Soundings&, size_t i, double& x, double& y) const;

  const Grid& grid() const { return grid_; }

 private:
  bool lay(Outline&, bool& inside) const;
  bool torn(const Outline&) const;

  Grid grid_;
  Projection projection_;
  std::optional<double> seam_;
};

}  // namespace unetsr::data
