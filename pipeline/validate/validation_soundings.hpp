#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/sif_quantity.hpp"
#include "data/footprints/footprint.hpp"
#include "data/formats/oco_footprints.hpp"

// The footprints of OCO-2, OCO-3 and FLEX that maps are compared with.
namespace unetsr::pipeline {

struct ValidationScreens {
  data::SifKind kind = data::SifKind::instantaneous;
  int quality = 1;                      // the worst flag that is kept: 0 best, 1 good
  bool cloudy = false;                  // whether footprints stay that are cloudy, or not classified
  std::vector<std::string> modes = {};  // that are kept, as oco_mode_name() has them; empty: all
  double hours = 1;                     // of instantaneous SIF: at most so far from the overpass of TROPOMI
};

// The local solar time at which TROPOMI passes over a latitude by day: 13.5 h at the equator, less to the north, as on
// any circular orbit of its inclination (98.7 degrees), whose plane is fixed to the sun. Beyond its turning point:
// there.
double overpass_hour(double latitude);
// Hours from the overpass of TROPOMI, -12..12; `time`: seconds since 1970-01-01 UTC.
double hours_from_overpass(double time, double longitude, double latitude);

// Leaves the entries that `keep` marks; an empty column stays so.
template <class T>
void keep_marked(std::vector<T>& column, const std::vector<uint8_t>& keep) {
  size_t kept = 0;
  for (size_t i = 0; i < column.size(); ++i) {
    if (!keep[i]) continue;
    if (kept != i) column[kept] = std::move(column[i]);
    ++kept;
  }
  column.resize(kept);
}

// Column by column; what is kept is complete.
struct ValidationSoundings {
  std::vector<float> sif, error;  // of the kind; 1 sigma
  std::vector<data::FootprintCorners> corners;
  std::vector<double> longitude, latitude;  // of the centres
  std::vector<double> time;                 // seconds since 1970-01-01 UTC
  std::vector<int> window;                  // index
  std::vector<int8_t> mode, igbp;
  std::vector<std::string> sensor;

  size_t size() const { return sif.size(); }
  // Leaves those that `keep` (one for each) does not mark.
  void keep_only(const std::vector<uint8_t>& keep);
};

// How many each screen removed: a footprint is counted once, at the first that it fails.
struct ValidationCounts {
  int64_t read = 0, off_grid = 0, other_days = 0, missing = 0, quality = 0, cloud = 0, mode = 0, hour = 0, no_map = 0;
  int64_t negative = 0;  // of those kept: they are data

  int64_t kept() const { return read - off_grid - other_days - missing - quality - cloud - mode - hour - no_map; }
  std::vector<std::pair<std::string, int64_t>> lines(const ValidationScreens&) const;
};

// Adds those footprints of a file that pass. First those off the grid or outside the windows go, whose other flaws are
// of no interest. Negative SIF is data.
void select(const data::OcoFootprints&, const ValidationScreens&, const data::FootprintPlacer& grid,
            const std::vector<data::Window>& windows, ValidationSoundings&, ValidationCounts&);

}  // namespace unetsr::pipeline
