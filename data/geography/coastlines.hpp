#pragma once
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/geography/polygons.hpp"

// Coasts, lakes and borders for maps: GSHHG of Wessel and Smith (1996), to about 1 km, which the build takes into the
// program where Debian's gmt-gshhg-low is installed. State borders are those of the Americas alone. Lines end at the
// edges of squares of 5 degrees and go on in the next line. Any number of threads may call these.
namespace unetsr::data {

enum class LineKind { coast, lake, country, state };  // lake: and islands in lakes

struct MapLine {
  LineKind kind = LineKind::coast;
  double area = 0;           // km2, of the whole island, continent or lake; 0: of a border
  std::vector<double> x, y;  // at least two points
};

// False where the program was built without GSHHG; there are no lines then.
bool has_coastlines();

// Longitudes (-180..180) and latitudes: whole lines, of which a part may lie in the box.
std::vector<MapLine> coastlines_in(const BoundingBox&);

// In the coordinates of the grid's map, cut at the outer edges of its cells; edges are followed as they bend on that
// map. Lakes and islands of less than a 20,000th of the grid's area are omitted.
std::vector<MapLine> coastlines_on(const Grid&);

}  // namespace unetsr::data
