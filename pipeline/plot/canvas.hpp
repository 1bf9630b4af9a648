#pragma once
#include <cairo.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/maps/colour_map.hpp"

// Drawing with cairo, texts with pango. Coordinates are pixels of the picture, y downwards.
namespace unetsr::pipeline::picture {

struct Point {
  double x = 0, y = 0;
};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

// Colours of pixels, row by row from the top.
struct Bitmap {
  int width = 0, height = 0;
  std::vector<Colour> pixels;
};

struct TextStyle {
  double size = 16;  // of an em, in pixels
  Colour colour = {34, 34, 34};
  bool bold = false;
  double across = 0, down = 0;  // which place of the text lies at the point: 0 left or top, 1 right or bottom
  bool outlined = false;        // in white, to be read on any colour
  bool upright = true;          // false: read from below to above; `across` then goes upwards
};

struct LineStyle {
  double width = 1;
  Colour colour = {34, 34, 34};
  std::vector<double> dashes = {};
};

class Canvas {
 public:
  // Throws Error where no font is installed.
  explicit Canvas(cairo_t* context);

  // `markup`: pango's. The size that it takes; drawn with its place (across, down) at the point.
  Point text_size(const std::string& markup, const TextStyle&) const;
  void text(Point, const std::string& markup, const TextStyle&) const;
  // No wider than `width`: the letters become smaller where that is needed.
  void fitted_text(Point, const std::string& markup, TextStyle, double width) const;

  void line(std::span<const Point>, const LineStyle&) const;
  void fill(const Box&, Colour) const;
  void fill(std::span<const Point> corners, Colour) const;
  void frame(const Box&, const LineStyle&) const;
  // Each pixel of the bitmap is a rectangle without blur.
  void bitmap(const Box&, const Bitmap&) const;

  // Until the end of the scope the origin lies here.
  class Moved {
   public:
    Moved(const Canvas&, Point origin);
    ~Moved();
    Moved(const Moved&) = delete;

   private:
    cairo_t* context_;
  };

  // Until the end of the scope nothing is drawn outside the box.
  class Clip {
   public:
    Clip(const Canvas&, const Box&);
    ~Clip();
    Clip(const Clip&) = delete;

   private:
    cairo_t* context_;
  };

 private:
  void set_line(const LineStyle&) const;

  cairo_t* context_;
};

// A plain text as markup.
std::string escaped(const std::string& text);
// Units as markup: exponents are raised, "m-2" with a true minus sign.
std::string units_markup(const std::string& units);

}  // namespace unetsr::pipeline::picture
