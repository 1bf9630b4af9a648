#include "pipeline/plot/map_panel.hpp"

#include <cmath>

#include "pipeline/plot/graticule.hpp"
#include "pipeline/plot/outlines.hpp"
#include "pipeline/plot/scale_bar.hpp"

namespace unetsr::pipeline::picture {
namespace {

constexpr Colour hatch = {150, 150, 150}, hatch_ground = {206, 206, 206}, edge = {60, 60, 60};

Colour missing_colour(int row, int column, double period) {
  return std::fmod(row + column, period) < 0.28 * period ? hatch : hatch_ground;
}

double hatch_period(const PanelStyle& style) {
  return std::max(4.0, std::round(0.5 * style.em * style.resolution));
}

}  // namespace

Bitmap bitmap_of(const Shown& shown, int width, int height, const Scale& scale, double period) {
  Bitmap bitmap{width, height, {}};
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column) {
      const size_t i = size_t(row) * size_t(width) + size_t(column);
      const bool missing = std::isnan(shown.values[i]);
      bitmap.pixels.push_back(!missing          ? scale.colour(double(shown.values[i]))
                              : shown.inside[i] ? missing_colour(row, column, period)
                                                : Colour{0, 0, 0, 0});
    }
  return bitmap;
}

void draw_panel(const Canvas& canvas, const Box& box, const MapView& view, const Shown& shown, const Scale& scale,
                const PanelStyle& style) {
  const data::Grid pixels = view.pixels(int(std::lround(box.width * style.resolution)));
  canvas.bitmap(box, bitmap_of(shown, pixels.columns, pixels.rows, scale, hatch_period(style)));
  const Graticule graticule(view, box, style.em);
  {
    const Canvas::Clip clip(canvas, box);
    draw_outlines(canvas, box, view, pixels, style.em);
    graticule.draw_lines(canvas);
  }
  canvas.frame(box, {std::max(1.0, style.em / 16), edge});
  if (style.latitudes) graticule.draw_latitudes(canvas);
  if (style.longitudes) graticule.draw_longitudes(canvas);
  if (style.scale_bar) draw_scale_bar(canvas, box, view, style.em);
}

void draw_missing_swatch(const Canvas& canvas, const Box& box, double em) {
  const int width = int(box.width), height = int(box.height);
  const Shown nothing{std::vector<float>(size_t(width) * size_t(height), NAN),
                      std::vector<uint8_t>(size_t(width) * size_t(height), 1)};
  canvas.bitmap(box, bitmap_of(nothing, width, height, {}, hatch_period({.em = em})));
  canvas.frame(box, {1, edge});
}

}  // namespace unetsr::pipeline::picture
