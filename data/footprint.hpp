#pragma once
#include <array>
#include <vector>

#include "data/grid.hpp"
#include "data/projection.hpp"
#include "data/soundings.hpp"

// The cells under a sounding's footprint.
namespace unetsr::data {

struct CellShare {
  int64_t cell = 0;    // row x columns + column
  double overlap = 0;  // area of footprint and cell, as a share of the cell's
};

// A quadrilateral in units of cells: (0, 0) is the outer corner of the grid's first cell, x along columns, y along
// rows.
struct Quadrilateral {
  std::array<double, 4> x = {}, y = {};
};

// Exact areas of overlap with every cell that it touches, by rows, then columns. Corners may come in any order.
void overlaps(const Quadrilateral&, int rows, int columns, std::vector<CellShare>& out);

// Why a footprint has no place on a grid.
enum class Placement { inside, outside, over_pole, off_map };

// Lays footprints on a grid.
class FootprintPlacer {
 public:
  explicit FootprintPlacer(const Grid&);

  // The grid's quadrilaterals of sounding i: one, or two where it crosses the date line. Corners that go around a pole
  // are over_pole; corners without a place on the map are off_map; both have no quadrilateral.
  Placement place(const Soundings&, size_t i, std::vector<Quadrilateral>& out) const;
  // The centre's position in the same units; false off the map.
  bool centre(const Soundings&, size_t i, double& x, double& y) const;

  const Grid& grid() const { return grid_; }

 private:
  Grid grid_;
  Projection projection_;
};

}  // namespace unetsr::data
