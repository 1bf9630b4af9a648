#pragma once
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "data/dataset/mask.hpp"
#include "data/dataset/stored_array.hpp"

// The maps whose gaps are to be filled.
namespace unetsr::pipeline {

struct MapStack {
  MapStack() = default;
  explicit MapStack(const data::ArrayStore& s) : store(s), sif(s), coarse_sif(s), hazy(s) {}

  data::ArrayStore store;  // of the arrays of all windows, and of what is made of them
  int windows = 0, rows = 0, columns = 0;
  std::vector<double> days;             // of the windows, since any day of the calendar that begins a year; ascending
  data::StoredArray<float> sif;         // (windows, rows, columns), mW m-2 sr-1 nm-1; NaN is missing
  data::StoredArray<float> coarse_sif;  // the same, that of the coarse cell around each cell; or empty
  std::vector<float> land_cover;        // (rows, columns), numbers of classes; or empty
  data::StoredArray<uint8_t> hazy;  // (windows, rows, columns): the bands are of less than the best quality; or empty

  size_t cells() const { return size_t(rows) * size_t(columns); }
  size_t all_cells() const { return size_t(windows) * cells(); }
  bool is_hazy(int w, size_t cell) const { return hazy.size() > 0 && hazy[size_t(w) * cells() + cell]; }
  std::span<const float> window(std::span<const float> maps, int w) const {
    return maps.subspan(size_t(w) * cells(), cells());
  }
  template <class T>
  void release_window(const data::StoredArray<T>& array, int w) const {
    array.release(size_t(w) * cells(), cells());
  }
};

// A cell (row x columns + column) of one window.
struct WindowCell {
  int window = 0;
  size_t cell = 0;
};

}  // namespace unetsr::pipeline
