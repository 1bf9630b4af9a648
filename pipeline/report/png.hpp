#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/report/colour_map.hpp"

namespace unetsr::pipeline::report {

struct Image {
  int width = 0, height = 0;
  std::vector<Colour> pixels;  // row by row from the top, transparent at first

  Image(int image_width, int image_height)
      : width(image_width),
        height(image_height),
        pixels(size_t(image_width) * size_t(image_height), Colour{0, 0, 0, 0}) {}
  Colour& at(int row, int column) { return pixels[size_t(row) * size_t(width) + size_t(column)]; }
};

// The bytes of a PNG file. Throws Error if libpng fails.
std::string encode_png(const Image&);
std::string base64(std::string_view bytes);
// "data:image/png;base64,..."
std::string png_data_uri(const Image&);

}  // namespace unetsr::pipeline::report
