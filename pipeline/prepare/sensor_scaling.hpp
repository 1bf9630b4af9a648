#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/formats/granule.hpp"
#include "pipeline/console/progress.hpp"

// Two sensors in one dataset: the bands of VIIRS on the scale of those of MODIS.
namespace unetsr::pipeline {

// The layers that both sensors have and that are scaled; of a dataset of both, these and VI Quality are all.
inline const std::vector<std::string> shared_bands = {"ndvi", "evi", "red", "nir", "blue"};

// Drops the bands of a granule that are not both sensors'.
void keep_shared_bands(data::Granule&);

// A line between the values of two sensors, of pixels that both measured in one window. Both have noise, so that it is
// the geometric-mean regression: slope = sd(modis) / sd(viirs), through both means.
class BandLine {
 public:
  void add(double viirs, double modis);
  int64_t count() const { return count_; }
  double slope() const;
  double offset() const;
  double correlation() const;
  double rmse() const;  // of scaled VIIRS against MODIS

 private:
  int64_t count_ = 0;
  double x_ = 0, y_ = 0, xx_ = 0, yy_ = 0, xy_ = 0;
};

class SensorScaling {
 public:
  // Pixels of a tile in one window, screened, on grids of the same pixels.
  void add(const data::Granule& viirs, const data::Granule& modis);
  // After the last: throws UsageError where a band has too few pixels of both sensors; prints the table of lines.
  void finish(const Output&) const;
  // The bands of a granule of VIIRS on MODIS's scale.
  void apply(data::Granule& viirs) const;

 private:
  std::map<std::string, BandLine> lines_;
};

}  // namespace unetsr::pipeline
