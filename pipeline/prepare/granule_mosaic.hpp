#pragma once
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

  // Opens every granule.
  struct Extent {
    data::Grid lattice;  // the first granule's
    data::Grid all;      // with the granules' own cells around all of them
    std::vector<data::Grid> each;
  };
  Extent extent() const;

  // One window's bands, each cell with the value of the pixel in which its centre lies, written to `layers` (windows,
  // rows, columns) at that window; new layers are added. Says how many pixels the screens took, and warns of granules
  // with nothing on the grid.
  void lay(size_t window, const data::Grid&, size_t windows, std::vector<data::Layer>& layers, const Output&) const;

 private:
  const data::GranuleSet& set_;
  data::PixelScreens screens_;
};

}  // namespace unetsr::pipeline
