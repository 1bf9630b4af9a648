#pragma once
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/dataset/stored_array.hpp"
#include "data/footprints/footprint_estimate.hpp"

namespace unetsr::data {

// Neighbouring cells of a row. A run is longer than 255 cells, or 255 rows below the one before, in several pieces, of
// which some may have no cells.
struct FootprintRun {
  uint16_t column = 0;    // of the first cell, counted from the footprint's first column
  uint8_t count = 0;      // of cells
  uint8_t rows_down = 0;  // from the run before; the first: from the footprint's first row
};

// The cells of a footprint, one after the other.
class FootprintCells {
 public:
  FootprintCells(std::span<const FootprintRun> runs, int32_t first, int columns)
      : runs_(runs), first_(first), columns_(columns) {}

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = int32_t;
    using difference_type = std::ptrdiff_t;
    using pointer = const int32_t*;
    using reference = int32_t;

    Iterator() = default;
    Iterator(const FootprintRun* run, const FootprintRun* end, int32_t first, int columns)
        : run_(run), end_(end), first_(first), columns_(columns) {
      start_run();
    }
    int32_t operator*() const { return first_ + run_->column + done_; }
    Iterator& operator++() {
      if (++done_ == run_->count) done_ = 0, ++run_, start_run();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& o) const { return run_ == o.run_ && done_ == o.done_; }

   private:
    // Goes on to the next run that has cells.
    void start_run() {
      for (; run_ != end_; ++run_) {
        first_ += run_->rows_down * columns_;
        if (run_->count > 0) break;
      }
    }

    const FootprintRun *run_ = nullptr, *end_ = nullptr;
    int32_t first_ = 0;  // cell of the footprint's first column
    int columns_ = 0, done_ = 0;
  };
  Iterator begin() const { return {runs_.data(), runs_.data() + runs_.size(), first_, columns_}; }
  Iterator end() const { return {runs_.data() + runs_.size(), runs_.data() + runs_.size(), first_, columns_}; }
  int32_t front() const { return *begin(); }

 private:
  std::span<const FootprintRun> runs_;
  int32_t first_;
  int columns_;
};

// The soundings of a dataset of granules with the fine cells that their footprints cover, computed once.
class SoundingCells {
 public:
  // Footprints that, as delivered, reach beyond the grid, have no area, or belong to no window of the dataset are
  // omitted and counted. The cells of the others are those of the estimate, as far as they lie on the grid; as
  // delivered where less than half of the response does. Throws UsageError if the dataset keeps no soundings, Error if
  // its windows are not dates.
  explicit SoundingCells(const Dataset&, const FootprintEstimate& = {});
  // The same of a file's soundings of some windows, counted from the first of these, read some at a time, with cleared
  // clouds (clear_clouds()).
  SoundingCells(const DatasetFile&, WindowRange, const FootprintEstimate&, double cloud_shielding, const ArrayStore&);

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
  // Cells of the window (row x columns + column) in rising order, and their weights, which add up to 1. At least
  // `readable` more floats may be read behind the weights.
  FootprintCells cells(size_t i) const;
  std::span<const float> weights(size_t i) const;
  // f(row, column, weights) for each run of neighbouring cells of a row, in rising order, from (row, column) on.
  template <class Function>
  void for_runs(size_t i, const Function& f) const {
    const float* weight = weights_.data() + first_weight_[i];
    int row = soundings_[i].row;
    for (const FootprintRun& run : runs(i)) {
      row += run.rows_down;
      if (run.count > 0) f(row, soundings_[i].column + run.column, std::span(weight, run.count));
      weight += run.count;
    }
  }
  // f(cell, weight) for each cell.
  template <class Function>
  void for_cells(size_t i, const Function& f) const {
    for_runs(i, [&](int row, int column, std::span<const float> weights) {
      for (size_t k = 0; k < weights.size(); ++k) f(int32_t(row * columns_ + column + int(k)), weights[k]);
    });
  }
  // The cell in the middle of footprint i, counted through all windows (window, row, column).
  int64_t middle(size_t i) const;
  // Divides each sounding from `first` on and its error by its clear_share(): its SIF under a clear sky. See
  // data/footprints/cloud_shielding.hpp.
  void clear_clouds(double shielding, size_t first = 0);
  // 1 - shielding x cloud fraction; where that is not known, 1.
  double clear_share(size_t i, double shielding) const;

  // Takes soundings first .. last - 1 out of the memory where they lie in a file too.
  void release(size_t first, size_t last) const;

  int64_t left_out() const { return left_out_; }
  // Whether a sounding may have entries in several windows, which overlap.
  bool shared_by_windows() const { return shared_by_windows_; }
  int columns() const { return columns_; }  // of the grid
  int64_t cells_of_window() const { return cells_of_window_; }

  // Mean of an image (one window) over the present cells of footprint i; NaN where those missing hold more than a
  // quarter of its area.
  double mean(size_t i, std::span<const float> image) const;
  static constexpr double least_present = 0.75;
  static constexpr size_t readable = 16;

 private:
  SoundingCells(const Grid&, const ArrayStore&);
  std::span<const FootprintRun> runs(size_t i) const;
  void reserve(size_t soundings);
  // The next of `all` soundings, which have `first` others before them.
  class Placer;
  void lay(const Soundings&, size_t first, size_t all, Placer&);
  void add(Sounding, const std::vector<std::pair<int32_t, float>>& cells);
  void finish();

  StoredArray<Sounding> soundings_;
  StoredArray<int64_t> first_run_, first_weight_;
  StoredArray<FootprintRun> runs_;
  StoredArray<float> weights_;
  int64_t left_out_ = 0, cells_of_window_ = 0;
  int columns_ = 0;
  bool shared_by_windows_ = false;
};

// The coarse SIF (windows, rows, columns) of those soundings that `chosen` marks: their mean, weighted by the area that
// they share with a coarse cell, and its 1 sigma. NaN where together they cover less than half of it.
struct CoarseSif {
  std::vector<float> sif, error;
};
CoarseSif coarse_sif(const SoundingCells&, const Dataset&, const std::vector<uint8_t>& chosen);

// Splits the days of each window in two at random: 0 for about `share` of the days, 1 for the others, at least one day
// in each. In a window with one day its soundings are split instead. Where windows share soundings, a day is in one
// part in all of them: of each four days in their order about `share`, one at least in each part.
std::vector<uint8_t> split_days(const SoundingCells&, double share, uint64_t seed);

}  // namespace unetsr::data
