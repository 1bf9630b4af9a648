#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/maps/colour_map.hpp"

namespace unetsr::pipeline::report {

// A picture of at most 256 colours: pixels are places in its palette, 0 at first.
struct Image {
  int width = 0, height = 0;
  std::vector<Colour> palette;
  std::vector<uint8_t> pixels;  // row by row from the top

  Image(int image_width, int image_height, std::vector<Colour> colours)
      : width(image_width),
        height(image_height),
        palette(std::move(colours)),
        pixels(size_t(image_width) * size_t(image_height), 0) {}
  uint8_t& at(int row, int column) { return pixels[size_t(row) * size_t(width) + size_t(column)]; }
};

// The bytes of a PNG file. Throws Error if libpng fails.
std::string encode_png(const Image&);
std::string base64(std::string_view bytes);
// "data:image/png;base64,..."
std::string png_data_uri(const Image&);

}  // namespace unetsr::pipeline::report
