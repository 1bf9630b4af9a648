#include "data/footprints/raster_footprints.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/missing.hpp"

namespace unetsr::data {

RasterFootprints::RasterFootprints(const Grid& grid) : rows_(grid.rows), columns_(grid.columns) {
  const bool degrees = Projection(grid.crs).geographic();
  for (const double turn : {0.0, -360.0, 360.0}) {
    Grid turned = grid;
    turned.x_origin += turn;
    if (turn == 0 || degrees) placers_.emplace_back(turned);
  }
}

RasterFootprints::Cells RasterFootprints::cells(const FootprintCorners& corners) const {
  Cells cells;
  std::vector<Outline> outlines;
  PolygonRows squares;
  for (const FootprintPlacer& placer : placers_) {
    outlines.clear();
    if (placer.place(corners, outlines) != Placement::inside) continue;
    double area = 0;  // of both parts where the map's seam cuts the footprint
    for (const Outline& outline : outlines) {
      lay(outline, rows_, columns_, squares);
      area += squares.area();
      for (int r = 0; r < squares.rows(); ++r) {
        const PolygonRows::Row row = squares.shares(r);
        const int64_t first = int64_t(squares.row() + r) * columns_ + squares.column() + row.column;
        for (size_t k = 0; k < row.shares.size(); ++k)
          if (row.shares[k] > least_overlap) cells.shares.push_back({first + int64_t(k), row.shares[k]});
      }
    }
    cells.area = std::max(cells.area, area);
  }
  return cells;
}

float RasterFootprints::mean(const Cells& cells, std::span<const float> values) {
  double sum = 0, present = 0;
  for (const CellShare& share : cells.shares)
    if (const float value = values[size_t(share.cell)]; !std::isnan(value))
      sum += share.overlap * double(value), present += share.overlap;
  return present > 0 && present >= least_present * cells.area ? float(sum / present) : missing;
}

}  // namespace unetsr::data
