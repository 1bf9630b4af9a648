#pragma once
#include <string_view>
#include <vector>

#include "data/geography/coastlines.hpp"

namespace unetsr::data {

// The lines of one of GSHHG's binned NetCDF files (version 2.3), from its bytes, in squares of the globe from north to
// south, in each row from Greenwich to the east.
class GshhgFile {
 public:
  GshhgFile() = default;  // without lines
  // Throws Error where they are no such file.
  static GshhgFile of_shorelines(std::string_view bytes);
  static GshhgFile of_borders(std::string_view bytes);

  // Of the squares that touch the box, whole.
  void add_lines(const BoundingBox&, std::vector<MapLine>&) const;

 private:
  struct Segment {
    LineKind kind = LineKind::coast;
    bool drawn = true;
    double area = 0;
    int first = 0, count = 0;  // of its points
  };
  static GshhgFile of_any(std::string_view bytes);
  MapLine line(const Segment&, double west, double south) const;

  double side_ = 1;                               // of a square, degrees
  int across_ = 0;                                // squares around the globe
  std::vector<int> first_segment_, segments_in_;  // of each square
  std::vector<Segment> segments_;
  std::vector<unsigned short> x_, y_;  // in 65535ths of a square
};

}  // namespace unetsr::data
