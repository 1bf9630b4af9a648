#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/scores/map_metrics.hpp"
#include "data/scores/place_blocks.hpp"
#include "data/scores/power_spectrum.hpp"
#include "data/scores/reaggregation.hpp"
#include "data/scores/strata.hpp"

// Scores maps in parts that can be put together: over folds, over strata, over blocks drawn at random.
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

// What all maps of an evaluation are scored with.
struct ScoredScene {
  data::Grid grid;
  std::vector<std::string> windows;
  std::span<const float> target;      // (windows, rows, columns)
  std::span<const float> coarse;      // likewise, interpolated where its cells are larger
  std::span<const float> land_cover;  // likewise; empty where it is not known
  int coarse_cells = 0;               // side of a coarse cell, in cells
  bool coarse_edges = false;          // whether cells lie in coarse cells that do not overlap
  // Of a map that is NaN off the scored cells; none: not asked.
  std::function<std::vector<data::Remeasured>(std::span<const float> map, double cloud_shielding)> remeasure;
};

class MapScorer {
 public:
  // The scene's spans have to outlive this. At most 64 blocks, of whole cells, make the grid's longer side.
  explicit MapScorer(ScoredScene);

  // The largest tiles, of 64, 32 or 16 cells, of which each of these choices of cells has eight.
  void choose_tiles(std::span<const data::Mask> choices);

  // A map on chosen cells, where it and the target are present. `cloud_shielding`: of a map of a clear sky.
  ScoredMap score(std::span<const float> map, const data::Mask& cells, double cloud_shielding) const;
  // Predictions of measurements, each with the cell of the map that it is at (or, of a footprint, in the middle of).
  ScoredMap score(std::span<const float> predicted, std::span<const float> measured,
                  std::span<const int64_t> cells) const;
  // Adds to the share of negatives alone.
  void count_negatives(std::span<const float> map, const data::Mask& cells, ScoredMap&) const;

  const data::PlaceBlocks& blocks() const { return blocks_; }
  const std::vector<data::StratumFamily>& strata() const { return strata_; }
  std::vector<double> wavelengths_km() const;  // empty without tiles
  double coarse_wavelength_km() const;         // of two coarse cells

 private:
  void add_pair(int64_t cell, float prediction, float target, ScoredMap&) const;
  void add_similarity(std::span<const float> map, const data::Mask& cells, ScoredMap&) const;
  void add_spectra(std::span<const float> map, const data::Mask& cells, ScoredMap&) const;
  ScoredMap empty() const;

  ScoredScene scene_;
  Shape shape_;
  data::PlaceBlocks blocks_;
  std::vector<data::StratumFamily> strata_;
  double range_ = 0;  // of the target
  std::optional<data::TileSpectrum> spectrum_;
};

}  // namespace unetsr::pipeline
