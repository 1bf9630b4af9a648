#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/footprints/footprint_estimate.hpp"

namespace unetsr::data {

// The soundings of a dataset of granules with the fine cells that their footprints cover, computed once.
class SoundingCells {
 public:
  // Footprints that, as delivered, reach beyond the grid, have no area, or belong to no window of the dataset are
  // omitted and counted. The cells of the others are those of the estimate, as far as they lie on the grid; as
  // delivered where less than half of the response does. Throws UsageError if the dataset keeps no soundings, Error if
  // its windows are not dates.
  explicit SoundingCells(const Dataset&, const FootprintEstimate& = {});

  struct Sounding {
    int window = 0, day = 0;                                 // day: since 1970-01-01
    float sif = 0, error = 0;                                // mW m-2 sr-1 nm-1
    float area = 0;                                          // of the footprint, in fine cells
    float cloud_fraction = 0;                                // NaN: not known
    int row = 0, column = 0, last_row = 0, last_column = 0;  // the cells that it covers lie within
    int64_t index = 0;                                       // among the dataset's soundings
  };
  size_t size() const { return soundings_.size(); }
  const Sounding& operator[](size_t i) const { return soundings_[i]; }
  // Cells of the window (row x columns + column) in rising order, and their weights, which add up to 1.
  std::span<const int32_t> cells(size_t i) const;
  std::span<const float> weights(size_t i) const;
  // The cell in the middle of footprint i, counted through all windows (window, row, column).
  int64_t middle(size_t i) const;
  // Divides each sounding and its error by its clear_share(): its SIF under a clear sky. See
  // data/footprints/cloud_shielding.hpp.
  void clear_clouds(double shielding);
  // 1 - shielding x cloud fraction; where that is not known, 1.
  double clear_share(size_t i, double shielding) const;

  int64_t left_out() const { return left_out_; }
  int columns() const { return columns_; }  // of the grid
  int64_t cells_of_window() const { return cells_of_window_; }

  // Mean of an image (one window) over the present cells of footprint i; NaN where those missing hold more than a
  // quarter of its area.
  double mean(size_t i, std::span<const float> image) const;
  static constexpr double least_present = 0.75;

 private:
  std::vector<Sounding> soundings_;
  std::vector<int64_t> begin_ = {0};
  std::vector<int32_t> cells_;
  std::vector<float> weights_;
  int64_t left_out_ = 0, cells_of_window_ = 0;
  int columns_ = 0;
};

// The coarse SIF (windows, rows, columns) of those soundings that `chosen` marks: their mean, weighted by the area that
// they share with a coarse cell, and its 1 sigma. NaN where together they cover less than half of it.
struct CoarseSif {
  std::vector<float> sif, error;
};
CoarseSif coarse_sif(const SoundingCells&, const Dataset&, const std::vector<uint8_t>& chosen);

// Splits the days of each window in two at random: 0 for about `share` of the days, 1 for the others, at least one day
// in each. In a window with one day its soundings are split instead.
std::vector<uint8_t> split_days(const SoundingCells&, double share, uint64_t seed);

}  // namespace unetsr::data
