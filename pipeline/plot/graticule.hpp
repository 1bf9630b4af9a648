#pragma once
#include <string>
#include <vector>

#include "pipeline/plot/canvas.hpp"
#include "pipeline/plot/map_view.hpp"

namespace unetsr::pipeline::picture {

// Meridians and parallels of a panel, at round degrees, some three of each, and their numbers outside its edges.
class Graticule {
 public:
  Graticule(const MapView&, const Box& panel, double em);

  void draw_lines(const Canvas&) const;
  void draw_latitudes(const Canvas&) const;   // left of the left edge
  void draw_longitudes(const Canvas&) const;  // below the lower edge

  static double latitude_width(double em) { return 3.3 * em; }
  static double longitude_height(double em) { return 1.5 * em; }

 private:
  struct Label {
    double at = 0;  // along the edge
    std::string text;
  };

  Box panel_;
  double em_;
  std::vector<std::vector<Point>> lines_;
  std::vector<Label> latitudes_, longitudes_;
};

// "92.5° W", as short as it can be.
std::string longitude_text(double degrees);
std::string latitude_text(double degrees);

}  // namespace unetsr::pipeline::picture
