#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"
#include "data/scores/map_metrics.hpp"
#include "data/scores/place_blocks.hpp"
#include "data/scores/power_spectrum.hpp"
#include "data/scores/reaggregation.hpp"
#include "data/scores/strata.hpp"

// Scores maps in parts that can be put together: over windows, over folds, over strata, over blocks drawn at random.
namespace unetsr::pipeline {

// What a map adds to its figures.
struct ScoredMap {
  std::vector<data::MapSums> blocks;        // by MapScorer::blocks
  std::vector<data::ScoreSums> strata;      // of all families, one after the other
  double tiles = 0;                         // that the spectra are summed over
  std::vector<double> power, target_power;  // by MapScorer::wavelengths_km
  std::optional<double> position_r2;        // of the paper's protocol, whose R2 is not that of sums

  data::ScoreSums sum() const;
  data::MapSums map_sum() const;
  data::Metrics metrics() const;
};

// Differences of the means of a window's map over what was measured, from the measurements. The map is NaN off the
// scored cells; of a map of a clear sky, `cloud_shielding` is that of the soundings.
using Remeasure = std::function<std::vector<data::Remeasured>(std::span<const float> map, double cloud_shielding)>;

// What all maps of an evaluation are scored with; the functions read one window (rows, columns).
struct ScoredScene {
  data::Grid grid;
  std::vector<std::string> windows;
  std::function<std::vector<float>(int window)> target;
  std::function<std::vector<float>(int window)> coarse;      // interpolated where its cells are larger
  std::function<std::vector<float>(int window)> land_cover;  // none where it is not known
  std::function<Remeasure(int window)> remeasure;            // none: not asked
  int coarse_cells = 0;                                      // side of a coarse cell, in cells
  bool coarse_edges = false;                                 // whether cells lie in coarse cells that do not overlap
};

// Values (windows, rows, columns) as a function of the scene. They have to outlive it.
std::function<std::vector<float>(int window)> windows_of(std::span<const float> values, const data::Grid&);

// Picks cells for spectra: the largest tiles, of 64, 32 or 16 cells, of which each of several choices of cells has
// eight.
class TileChoice {
 public:
  // A choice's cells of one window.
  void add(size_t choice, const data::Mask& cells, const data::Grid&);
  // Their side; 0: there are none.
  int side() const;

 private:
  std::vector<std::vector<size_t>> counts_;  // of tiles, by choice and size
};

class WindowScorer;

class MapScorer {
 public:
  // Reads every window twice. At most 64 blocks, of whole cells, make the grid's longer side.
  explicit MapScorer(ScoredScene);

  // The side of the tiles of spectra; 0: none. To be called before maps are scored.
  void set_tiles(int side);

  ScoredMap empty() const;
  WindowScorer window(int window) const;
  // A map of all windows (windows, rows, columns) on chosen cells: see WindowScorer::add.
  ScoredMap score(std::span<const float> map, const data::Mask& cells, double cloud_shielding) const;

  // Adds a window's map to the share of negatives alone.
  void count_negatives(std::span<const float> map, const data::Mask& cells, ScoredMap&) const;

  const data::PlaceBlocks& blocks() const { return blocks_; }
  const std::vector<data::StratumFamily>& strata() const { return strata_; }
  std::vector<double> wavelengths_km() const;  // empty without tiles
  double coarse_wavelength_km() const;         // of two coarse cells
  const data::Grid& grid() const { return scene_.grid; }
  int windows() const { return int(scene_.windows.size()); }

 private:
  friend class WindowScorer;

  ScoredScene scene_;
  data::PlaceBlocks blocks_;
  std::vector<data::StratumFamily> strata_;
  bool by_land_cover_ = false;
  double range_ = 0;  // of the target
  std::optional<data::TileSpectrum> spectrum_;
};

// Scores maps of one window. Cells are counted in the window.
class WindowScorer {
 public:
  WindowScorer(const MapScorer&, int window);

  // A map on chosen cells, where it and the target are present. `cloud_shielding`: of a map of a clear sky.
  void add(std::span<const float> map, const data::Mask& cells, double cloud_shielding, ScoredMap&) const;
  // Predictions of measurements, each with the cell of the map that it is at (or, of a footprint, in the middle of).
  void add(std::span<const float> predicted, std::span<const float> measured, std::span<const int64_t> cells,
           ScoredMap&) const;

  std::span<const float> target() const { return target_; }

 private:
  void add_pair(int64_t cell, float prediction, float target, ScoredMap&) const;
  void add_similarity(std::span<const float> map, const data::Mask& cells, ScoredMap&) const;
  void add_spectra(std::span<const float> map, const data::Mask& cells, ScoredMap&) const;

  const MapScorer& all_;
  Shape shape_;
  std::vector<float> target_;
  std::vector<std::vector<int16_t>> stratum_;  // by family, of each cell
  Remeasure remeasure_;
};

}  // namespace unetsr::pipeline
