#pragma once
#include <optional>
#include <span>
#include <vector>

#include "data/footprints/footprint.hpp"
#include "data/footprints/footprint_estimate.hpp"

namespace unetsr::data {

// A cell's share of a response, and its derivatives by the displacement, 1/km, and by the width.
struct ResponseShare {
  int64_t cell = 0;
  double share = 0, by_east = 0, by_north = 0, by_width = 0;
};

// Exact areas of overlap, without derivatives, of the cells of a grid that outlines cover, in rising order.
void box_shares(std::span<const Outline>, const Grid&, std::vector<ResponseShare>& out);

// Lays the response of a displaced footprint on a grid. Without a width it is the box between the corners: exact areas
// of overlap. With one it has soft edges, 2^-(|u/w|^4 + (v/w)^2) at u half sides across the track and v along it from
// the middle, u along the side from the first corner to the second: the instrument adds up the light of the time
// between two scanlines, while it moves on (super-Gaussians as de Graaf et al. 2016, doi 10.5194/amt-9-3607-2016, have
// measured them for OMI). w is the width: the response is half of its greatest where |u| or |v| is w.
class ResponsePlacer {
 public:
  explicit ResponsePlacer(const Grid& grid) : placer_(grid) {}

  const FootprintPlacer& footprints() const { return placer_; }
  // The cells of the grid that the response covers, in rising order. Shares add up to the area of the box in cells, or
  // less where the response reaches beyond the grid. False where the footprint has no place on the map. Without slopes
  // the derivatives of a box, which take most of its time, are 0.
  bool place(const FootprintCorners&, EastNorth displacement, std::optional<double> width,
             std::vector<ResponseShare>& out, bool with_slopes) const;

 private:
  bool place_box(const FootprintCorners&, EastNorth, std::vector<ResponseShare>& out, bool with_slopes) const;
  bool place_soft(const FootprintCorners&, EastNorth, double width, std::vector<ResponseShare>& out) const;

  FootprintPlacer placer_;
};

}  // namespace unetsr::data
