#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

// Colours for numbers, interpolated between a few published points of each map.
namespace unetsr::pipeline {

struct Colour {
  uint8_t red = 0, green = 0, blue = 0, alpha = 255;
  bool operator==(const Colour&) const = default;
};

enum class ColourMap {
  sequential,  // viridis (van der Walt and Smith, 2015)
  deviation,   // magma (the same)
  diverging,   // RdBu reversed, blue below, red above (ColorBrewer, Brewer et al. 2003)
};

// Between the points of a colour map, at equal distances; `position` 0..1, clamped; NaN is transparent.
Colour interpolated(std::span<const Colour> points, double position);
Colour colour_at(ColourMap, double position);

// The map in 255 steps, from its low end at index 1 to its high end at 255; index 0 is transparent, for what is
// missing.
std::vector<Colour> palette_of(ColourMap);

// Where values lie on a colour map: `low` is position 0, `high` position 1.
struct ColourScale {
  ColourMap map = ColourMap::sequential;
  double low = 0, high = 1;

  double position(double value) const { return (value - low) / (high - low); }
  Colour colour(double value) const { return colour_at(map, position(value)); }
  uint8_t palette_index(double value) const;  // 0 for NaN
};

// Whether dark text reads better than white on this colour (relative luminance, WCAG 2).
bool wants_dark_text(Colour);

}  // namespace unetsr::pipeline
