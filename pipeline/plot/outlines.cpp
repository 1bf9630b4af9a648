#include "pipeline/plot/outlines.hpp"

#include <algorithm>

#include "data/geography/coastlines.hpp"

namespace unetsr::pipeline::picture {
namespace {

constexpr double smallest_lake = 1.0 / 200;  // of the panel's area: outlines of smaller ones are too coarse
constexpr double widest_with_states = 6e6;   // m

LineStyle style_of(data::LineKind kind, double em) {
  const double width = std::max(0.8, em / 18);
  const Colour ink = {25, 25, 25, 215};
  switch (kind) {
    case data::LineKind::coast:
      return {1.3 * width, ink};
    case data::LineKind::country:
      return {1.5 * width, ink, {5 * width, 2.5 * width}};
    case data::LineKind::state:
      return {width, ink, {3 * width, 2 * width}};
    default:
      return {width, ink};
  }
}

}  // namespace

void draw_outlines(const Canvas& canvas, const Box& panel, const MapView& view, const data::Grid& pixels, double em) {
  const double metres = view.width_in_metres(), square_km = metres * metres * view.aspect() / 1e6;
  for (const data::MapLine& line : data::coastlines_on(pixels)) {
    if (line.kind == data::LineKind::lake && line.area < smallest_lake * square_km) continue;
    if (line.kind == data::LineKind::state && metres > widest_with_states) continue;
    std::vector<Point> points;
    for (size_t i = 0; i < line.x.size(); ++i) points.push_back(view.place(line.x[i], line.y[i], panel));
    canvas.line(points, style_of(line.kind, em));
  }
}

}  // namespace unetsr::pipeline::picture
