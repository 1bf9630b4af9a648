#pragma once
#include <array>
#include <optional>
#include <vector>

#include "data/dataset/grid.hpp"
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

// Exact areas of overlap of a polygon with every cell that it touches, by rows, then columns. Corners may come in any
// order.
void overlaps(const Outline&, int rows, int columns, std::vector<CellShare>& out);

// Whether a footprint lies on a grid, or why not.
enum class Placement { inside, outside, over_pole, off_map };

// Lays footprints on a grid.
class FootprintPlacer {
 public:
  explicit FootprintPlacer(const Grid&);

  // The outlines of sounding i on the grid: one, or two where the meridian cuts it at which the map itself is cut (the
  // date line on many maps). On a map with such a seam, corners that go around a pole are over_pole; corners without a
  // place on the map are off_map; both have no outline.
  Placement place(const Soundings&, size_t i, std::vector<Outline>& out) const;
  // The centre's position in the same units; false off the map.
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
