#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/maps/colour_map.hpp"

// Colours for what a picture shows. Light and dark follow the value in each palette.
namespace unetsr::pipeline::picture {

enum class Palette {
  viridis,  // van der Walt and Smith, 2015
  browns,   // YlOrBr, as those below: ColorBrewer, Brewer et al. 2003
  greens,   // YlGn
  blues,    // Blues
};

// `position` 0..1, clamped; NaN is transparent.
Colour colour_at(Palette, double position);

struct ColourClass {
  std::string name;
  Colour colour;
};

// The colours of numbers from `low` to `high`; or, where there are classes, of the numbers 0, 1, ... of these.
struct Scale {
  Palette palette = Palette::viridis;
  double low = 0, high = 1;
  std::vector<ColourClass> classes = {};

  Colour colour(double value) const;
};

}  // namespace unetsr::pipeline::picture
