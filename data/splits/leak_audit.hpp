#pragma once
#include <span>
#include <string>
#include <vector>

#include "data/dataset/mask.hpp"
#include "kernels/view.hpp"

// Whether the inputs contain the target.
namespace unetsr::data {

// R2 of the least squares of the target on inputs, on the cells that were fitted.
struct LinearFit {
  std::string input;      // a channel; "all"
  int neighbourhood = 1;  // cells on a side around the target's cell
  int window = -1;        // -1: all together
  double r2 = 0;
};

// Fits within each window and over all: on all channels of the cell itself, and on each channel alone of the cell and
// of the 3 x 3 and 5 x 5 cells around it (neighbours reveal a target that is a mean over them; the cell alone does
// not). `target` and `cells` (all, if empty) are (windows, rows, columns); NaN is missing. Cells with a missing
// neighbour, or none, are omitted from the fits on neighbourhoods. At most some 20,000 cells of each window, evenly
// spread, are used; a fit on too few cells to mean anything is omitted.
std::vector<LinearFit> linear_fits(View<const float> channels, const std::vector<std::string>& names,
                                   std::span<const float> target, const Mask& cells, bool neighbourhoods = true);

// The closest fit of one kind (on all channels, or on one); null where there is none.
const LinearFit* closest(const std::vector<LinearFit>&, bool of_all_channels);

// Above this the inputs contain the target.
constexpr double leaky_r2 = 0.999;

// The training window and the test window whose SIF (windows, rows, columns), to five digits, is the same in the
// largest share of the cells that `train` marks in the one and `test` in the other.
struct TwinWindows {
  int train = 0, test = 0;
  int64_t cells = 0;  // the same in both
  double share = 0;   // of those present in both
};
TwinWindows most_alike(std::span<const float> sif, int windows, const Mask& train, const Mask& test);

// Windows of different days do not agree in so many cells.
constexpr double twin_share = 0.01;

// R2 of the least-squares fit of the target on the channels, over the cells in `cells` where all are present. Close to
// 1 means that the channels contain the target.
double least_squares_r2(View<const float> channels, std::span<const float> target, const Mask& cells = {});

}  // namespace unetsr::data
