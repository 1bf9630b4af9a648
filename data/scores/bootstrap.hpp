#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "data/dataset/mask.hpp"
#include "data/scores/metrics.hpp"
#include "data/scores/score_sums.hpp"

// Block bootstrap: how a figure would vary if other blocks of the scene had been scored. Errors of neighbouring cells
// are correlated, so whole blocks are drawn instead of cells, with repetition (Kuensch 1989; for space Lahiri 2003, ch.
// 12).
namespace unetsr::data {

// Square blocks of a grid; a block is the same place in all windows.
struct PlaceBlocks {
  int rows = 0, columns = 0, size = 1;  // of the grid, and of a block's side, in cells

  int across() const { return (columns + size - 1) / size; }
  int count() const { return (rows + size - 1) / size * across(); }
  // Of a cell (window, row, column) by its number.
  int of(int64_t cell) const {
    const int64_t place = cell % (int64_t(rows) * columns);
    return int(place / columns / size) * across() + int(place % columns / size);
  }
};

// The larger block, of a side that is a multiple, that holds a block.
int merged(int block, const PlaceBlocks&, const PlaceBlocks& larger);

// How many blocks (1, 2, 4, ...) wide a larger block has to be, so that errors of neighbouring ones are uncorrelated:
// the least for which twice as many make no standard error, of a map's mean error or mean squared error, more than a
// tenth larger; or the largest that leaves 30 blocks. `maps`: the sums by block of each map.
int block_side(const PlaceBlocks&, std::span<const std::vector<ScoreSums>> maps);

inline constexpr int bootstrap_draws = 1000;
inline constexpr int least_blocks = 10;  // an interval from fewer means little

// Calls figure(draw, times) for each draw: times[b] is how often block b is drawn, out of those marked in `blocks` and
// as many in all as there are of these. Draws are spread over the threads. The same seed makes the same draws.
void draw_blocks(const Mask& blocks, uint64_t seed,
                 const std::function<void(int draw, std::span<const uint16_t> times)>& figure);

// From the 2.5 % to the 97.5 % quantile of a figure over the draws (percentile interval); none if any is not finite.
std::optional<Interval> interval_of(std::vector<double> draws);

}  // namespace unetsr::data
