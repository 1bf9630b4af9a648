#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/geography/polygons.hpp"
#include "data/geography/projection.hpp"
#include "pipeline/plot/canvas.hpp"
#include "pipeline/plot/map_layer.hpp"

namespace unetsr::pipeline::picture {

// A part of the Earth on a panel, north up: which projection, and the rectangle of its map.
class MapView {
 public:
  // The box, or what holds all the grids where there is none. `crs` empty: Lambert's azimuthal equal-area projection
  // around the middle, of more than a continent the Equal Earth projection. Throws UsageError for a box that is no area
  // and for a reference system that means nothing or has no place for any of it.
  MapView(std::span<const data::Grid> grids, const std::optional<data::BoundingBox>&, const std::string& crs);

  double aspect() const { return (north_ - south_) / (east_ - west_); }  // height over width
  const std::string& crs() const { return crs_; }
  const std::string& projection_name() const { return name_; }
  const data::BoundingBox& bounds() const { return bounds_; }  // in degrees, around it; east may be above 180

  // Square pixels, `width` of them from west to east.
  data::Grid pixels(int width) const;
  // Where longitudes and latitudes lie in a panel, NaN where nowhere.
  std::vector<Point> places(std::span<const double> longitudes, std::span<const double> latitudes,
                            const Box& panel) const;
  // Of a map's coordinates.
  Point place(double x, double y, const Box& panel) const;
  // Metres on the ground from west to east through the middle.
  double width_in_metres() const;

 private:
  std::string crs_, name_;
  data::BoundingBox bounds_;
  double west_ = 0, south_ = 0, east_ = 0, north_ = 0;
  std::optional<data::Projection> projection_;
};

// A layer at the pixels' centres: of the cell that a centre lies in, or, where cells are smaller than pixels, the mean
// by area. NaN where it is missing.
struct Shown {
  std::vector<float> values;
  std::vector<uint8_t> inside;  // whether the layer's grid has a cell there
};
Shown on_pixels(const MapLayer&, const data::Grid& pixels);

}  // namespace unetsr::pipeline::picture
