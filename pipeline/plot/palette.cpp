#include "pipeline/plot/palette.hpp"

#include <array>
#include <cmath>
#include <span>

namespace unetsr::pipeline::picture {
namespace {

constexpr std::array<Colour, 9> browns = {{{255, 255, 229},
                                           {255, 247, 188},
                                           {254, 227, 145},
                                           {254, 196, 79},
                                           {254, 153, 41},
                                           {236, 112, 20},
                                           {204, 76, 2},
                                           {153, 52, 4},
                                           {102, 37, 6}}};
constexpr std::array<Colour, 9> greens = {{{255, 255, 229},
                                           {247, 252, 185},
                                           {217, 240, 163},
                                           {173, 221, 142},
                                           {120, 198, 121},
                                           {65, 171, 93},
                                           {35, 132, 67},
                                           {0, 104, 55},
                                           {0, 69, 41}}};
// Without the lightest, which looks like the white around the map.
constexpr std::array<Colour, 8> blues = {{{222, 235, 247},
                                          {198, 219, 239},
                                          {158, 202, 225},
                                          {107, 174, 214},
                                          {66, 146, 198},
                                          {33, 113, 181},
                                          {8, 81, 156},
                                          {8, 48, 107}}};

std::span<const Colour> points_of(Palette palette) {
  if (palette == Palette::browns) return browns;
  if (palette == Palette::greens) return greens;
  return blues;
}

}  // namespace

Colour colour_at(Palette palette, double position) {
  if (palette == Palette::viridis) return pipeline::colour_at(ColourMap::sequential, position);
  return interpolated(points_of(palette), position);
}

Colour Scale::colour(double value) const {
  if (std::isnan(value)) return {0, 0, 0, 0};
  if (!classes.empty()) return classes.at(size_t(value)).colour;
  return colour_at(palette, (value - low) / (high - low));
}

}  // namespace unetsr::pipeline::picture
