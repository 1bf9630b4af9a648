#include "pipeline/maps/colour_map.hpp"

#include <algorithm>
#include <cmath>

namespace unetsr::pipeline {
namespace {

constexpr std::array<Colour, 9> viridis = {{{68, 1, 84},
                                            {71, 44, 122},
                                            {59, 82, 139},
                                            {44, 113, 142},
                                            {33, 145, 140},
                                            {40, 174, 128},
                                            {94, 201, 98},
                                            {173, 220, 48},
                                            {253, 231, 37}}};

constexpr std::array<Colour, 9> magma = {{{0, 0, 4},
                                          {28, 16, 68},
                                          {79, 18, 123},
                                          {129, 37, 129},
                                          {181, 54, 122},
                                          {229, 80, 100},
                                          {251, 135, 97},
                                          {254, 194, 135},
                                          {252, 253, 191}}};

constexpr std::array<Colour, 11> blue_white_red = {{{5, 48, 97},
                                                    {33, 102, 172},
                                                    {67, 147, 195},
                                                    {146, 197, 222},
                                                    {209, 229, 240},
                                                    {247, 247, 247},
                                                    {253, 219, 199},
                                                    {244, 165, 130},
                                                    {214, 96, 77},
                                                    {178, 24, 43},
                                                    {103, 0, 31}}};

double linear_light(uint8_t channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

}  // namespace

Colour interpolated(std::span<const Colour> points, double position) {
  if (std::isnan(position)) return {0, 0, 0, 0};
  const double place = std::clamp(position, 0.0, 1.0) * double(points.size() - 1);
  const size_t first = std::min(size_t(place), points.size() - 2);
  const double share = place - double(first);
  const auto mix = [&](uint8_t a, uint8_t b) { return uint8_t(std::lround(a + share * (b - a))); };
  const Colour a = points[first], b = points[first + 1];
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

Colour colour_at(ColourMap map, double position) {
  switch (map) {
    case ColourMap::sequential:
      return interpolated(viridis, position);
    case ColourMap::deviation:
      return interpolated(magma, position);
    case ColourMap::diverging:
      break;
  }
  return interpolated(blue_white_red, position);
}

std::vector<Colour> palette_of(ColourMap map) {
  std::vector<Colour> colours = {{0, 0, 0, 0}};
  for (int step = 0; step < 255; ++step) colours.push_back(colour_at(map, step / 254.0));
  return colours;
}

uint8_t ColourScale::palette_index(double value) const {
  if (std::isnan(value)) return 0;
  return uint8_t(1 + std::lround(254 * std::clamp(position(value), 0.0, 1.0)));
}

bool wants_dark_text(Colour c) {
  return 0.2126 * linear_light(c.red) + 0.7152 * linear_light(c.green) + 0.0722 * linear_light(c.blue) > 0.179;
}

}  // namespace unetsr::pipeline
