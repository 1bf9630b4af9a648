#pragma once
#include <functional>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/formats/granule_set.hpp"
#include "pipeline/console/progress.hpp"

namespace unetsr::pipeline {

// The index granules of all windows laid on one grid.
class GranuleMosaic {
 public:
  // The set outlives the mosaic.
  GranuleMosaic(const data::GranuleSet& set, data::PixelScreens screens) : set_(set), screens_(std::move(screens)) {}

  // Opens every granule. Throws Error where one's name disagrees with the file, one lies on another lattice than the
  // first (then its pixels could not be copied), or one lacks a data set: pixel reliability or VI Quality, a band that
  // others have, or one of the few that a file with most of the twelve lacks. What a selection of bands lacks is
  // printed, as are windows that overlap.
  void open(const Output&);

  // After open().
  struct Extent {
    data::Grid lattice;  // the first granule's
    data::Grid all;      // with the granules' own cells around all of them
    std::vector<data::Grid> each;
  };
  Extent extent() const;

  // One window's bands, each cell with the value of the pixel in which its centre lies, written to `layers` (windows,
  // rows, columns) at that window; new layers are added. Prints how many pixels the screens took and which values
  // cannot be, and warns of granules with nothing on the grid. `reached` is given the share that is done.
  void lay(size_t window, const data::Grid&, size_t windows, std::vector<data::Layer>& layers, const Output&,
           const std::function<void(double share)>& reached) const;

 private:
  void require_lattice(size_t granule) const;
  void require_data_sets(const Output&) const;

  const data::GranuleSet& set_;
  std::vector<std::filesystem::path> files_;  // of all windows
  std::vector<data::GranuleContents> contents_;
  data::PixelScreens screens_;
};

}  // namespace unetsr::pipeline
