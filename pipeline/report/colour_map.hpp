#pragma once
#include <array>
#include <cstdint>

// Colours for numbers, interpolated between a few published points of each map.
namespace unetsr::pipeline::report {

struct Colour {
  uint8_t red = 0, green = 0, blue = 0, alpha = 255;
  bool operator==(const Colour&) const = default;
};

enum class ColourMap {
  sequential,  // viridis (van der Walt and Smith, 2015)
  diverging,   // RdBu reversed, blue below, red above (ColorBrewer, Brewer et al. 2003)
};

// `position` 0..1, clamped; NaN is transparent.
Colour colour_at(ColourMap, double position);

// Where values lie on a colour map: `low` is position 0, `high` position 1.
struct ColourScale {
  ColourMap map = ColourMap::sequential;
  double low = 0, high = 1;

  Colour colour(double value) const { return colour_at(map, (value - low) / (high - low)); }
};

// Whether dark text reads better than white on this colour (relative luminance, WCAG 2).
bool wants_dark_text(Colour);

}  // namespace unetsr::pipeline::report
