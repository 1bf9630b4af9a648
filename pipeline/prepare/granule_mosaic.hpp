#pragma once
#include <functional>
#include <map>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/formats/granule.hpp"
#include "data/formats/granule_set.hpp"
#include "data/geography/nearest_cells.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/prepare/scratch_layers.hpp"
#include "pipeline/prepare/sensor_scaling.hpp"
#include "pipeline/processes/turns.hpp"

namespace unetsr::pipeline {

// Where the blocks of a grid lie among the granules.
class GridPlaces {
 public:
  GridPlaces(const std::string& crs_of_granules, const data::Grid&, const data::FileBlocks&);

  // The blocks in which a granule may have pixels.
  std::vector<int64_t> blocks_of(const data::Grid& granule) const;
  // Of a block's cells the granule's pixels, as in data/geography/nearest_cells.hpp.
  std::vector<int32_t> pixels(const data::Grid& granule, int64_t block) const;

 private:
  data::NearestCells nearest_;
  data::FileBlocks blocks_;
  std::vector<data::NearestCells::Extent> extents_;
};

// The index granules of all windows laid on one grid.
class GranuleMosaic {
 public:
  // The set outlives the mosaic.
  GranuleMosaic(const data::GranuleSet& set, std::map<data::Sensor, data::PixelScreens> screens)
      : set_(set), screens_(std::move(screens)) {}

  // Opens every granule. Throws Error where one's name disagrees with the file, one lies on another lattice than the
  // first (then its pixels could not be copied), or one lacks a data set: pixel reliability or VI Quality, a band that
  // others have, or one of the few that a file with most of the twelve lacks. Of two sensors fits the scales. What a
  // selection of bands lacks is printed, as are windows that overlap.
  void open(Turns&, const Output&);

  // After open().
  struct Extent {
    data::Grid lattice;  // the first granule's
    data::Grid all;      // with the granules' own cells around all of them
    std::vector<data::Grid> each;
  };
  Extent extent() const;
  int64_t largest() const;  // of the granules, in pixels

  // The bands of all windows of the set, each cell with the value of the pixel in which its centre lies, written to
  // `laid`: window w as its window as[w]; new layers are added. Of several products of a tile a cell takes the mean of
  // those that it has, and the first one's VI Quality. Processes read tiles in turn, and each has all that is laid. The
  // granules of a tile are held at a time. Prints how many pixels the screens took and which values cannot be, and
  // warns of granules with nothing on the grid. `reached` is given the share that is done.
  void lay(const std::vector<size_t>& as, const GridPlaces& places, ScratchLayers& laid, Turns&, const Output&,
           const std::function<void(double share)>& reached) const;

 private:
  void require_lattice(size_t granule) const;
  void fit_scaling(const Output&);
  data::Granule read(const std::filesystem::path&) const;
  struct Tile;
  struct TilePart;
  std::vector<Tile> tiles() const;
  template <class Emit>
  void make(const Tile&, const GridPlaces&, const Emit&) const;
  bool has_two_sensors() const { return screens_.size() > 1; }
  void require_data_sets(const Output&) const;

  const data::GranuleSet& set_;
  std::vector<std::filesystem::path> files_;  // of all windows
  std::vector<data::GranuleContents> contents_;
  std::map<data::Sensor, data::PixelScreens> screens_;  // of the sensors that there are
  SensorScaling scaling_;                               // of two sensors
};

}  // namespace unetsr::pipeline
