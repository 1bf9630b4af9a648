#pragma once
#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/mask.hpp"
#include "pipeline/fill/map_stack.hpp"

// Gives missing cells of maps a value, by a dense network that is trained on gaps planted in the same maps.
//
// The network predicts the difference of a cell's value from the simple estimate SimpleEstimates::neighbours, from what
// gap_inputs() gives; a second one the logarithm of the size of the first one's error. Places are split in blocks: half
// of them train the first network, a quarter trains the second and scales it so that intervals hold, the last quarter
// gives the scores. The results are a function of maps, gaps and seed.
namespace unetsr::pipeline {

inline constexpr std::array<double, 4> fill_interval_levels = {0.5, 0.8, 0.9, 0.95};

// All in mW m-2 sr-1 nm-1.
struct FilledCell {
  WindowCell at;
  float sif = 0, deviation = 0;  // of the value from what the map would have been, 1 sigma
  // What methods without a network give: linear in time, a harmonic fit, and as in SimpleEstimates. NaN: nothing.
  float linear = 0, harmonic = 0, ratio = 0;
};

struct FillScores {
  int64_t cells = 0;
  double network = 0, linear = 0, harmonic = 0, ratio = 0;        // RMSE, mW m-2 sr-1 nm-1
  std::array<double, fill_interval_levels.size()> coverage = {};  // share of values in the normal interval
};

struct FilledGaps {
  int64_t cells = 0;  // filled
  int harmonics = 1;  // of the harmonic fit: 1 or 2, whichever is the better on the gaps that train
  // On planted gaps of places that no network was trained on, against the maps' own values there. None: no gaps, or no
  // cell to plant one on; then nothing is filled.
  std::optional<FillScores> scores;
};

// The missing cells (windows, rows, columns) that can be filled: those with a value in another window. Of a single
// window: those that `land` (rows, columns) holds.
data::StoredArray<uint8_t> gaps_to_fill(const MapStack&, const data::Mask& land);

// Takes some filled cells of one window; in the order of the windows and cells.
using TakeFilled = std::function<void(std::span<const FilledCell>)>;

// `reached` is given the share that is done, and may throw to stop. Held are images of one window, some 110 bytes a
// cell, and a bounded number of planted cells; what is made of all windows lies in the stack's store.
FilledGaps fill_gaps(const MapStack&, const data::StoredArray<uint8_t>& gaps, uint64_t seed, const TakeFilled&,
                     const std::function<void(double share)>& reached);

}  // namespace unetsr::pipeline
