#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "data/geography/sinusoidal.hpp"

namespace unetsr::data {

// Between geographic coordinates (WGS 84 longitude and latitude, degrees) and those of a map. Any number of threads may
// use one at once.
class Projection {
 public:
  // `crs`: what GDAL's tools take (EPSG:5070, a PROJ string, WKT, a file). Throws UsageError if it is no reference
  // system.
  explicit Projection(const std::string& crs);

  // In place, x = longitude to map x. False where a point has no place on the map (set to NaN).
  bool to_map(std::span<double> x, std::span<double> y) const;
  bool to_geographic(std::span<double> x, std::span<double> y) const;

  // As to_geographic, but a point beyond the map's edge, which PROJ moves to the other side, is NaN.
  void to_globe(std::span<double> x, std::span<double> y) const;

  bool geographic() const;  // the map's own coordinates are degrees
  // The meridian at which the map is cut, so that its two sides lie far apart (-180..180); none on maps around a pole
  // and others that no meridian cuts.
  std::optional<double> seam() const;

 private:
  void find_seam(double meridian);
  struct Transforms;
  std::shared_ptr<Transforms> transforms_;  // the same of all projections of a system
};

// Whether both mean the same reference system.
bool same_crs(const std::string& a, const std::string& b);

}  // namespace unetsr::data
