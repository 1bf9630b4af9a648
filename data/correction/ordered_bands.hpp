#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/function_ref.hpp"

namespace unetsr::data {

// Which items (soundings with the rows of an image that they cover) each band of rows has a part of, so that bands can
// add up at once what their items add to their rows, and each row's sum has the items' order. Of one or more windows.
class OrderedBands {
 public:
  struct Rows {
    int window = 0, first = 0, last = 0;  // none: last < first
  };
  OrderedBands() = default;
  // rows_of(i) of items 0 .. count - 1 is asked for twice.
  OrderedBands(size_t count, FunctionRef<Rows(size_t i)> rows_of, int windows, int rows, int rows_of_band);

  int of_window() const { return of_window_; }  // bands
  int first_row(int band) const { return band * rows_of_band_; }
  int last_row(int band) const { return std::min(rows_, (band + 1) * rows_of_band_) - 1; }
  std::span<const uint32_t> items(int window, int band) const {
    const size_t b = size_t(window) * size_t(of_window_) + size_t(band);
    return std::span(items_).subspan(first_[b], first_[b + 1] - first_[b]);
  }

 private:
  int of_window_ = 0, rows_ = 0, rows_of_band_ = 1;
  std::vector<size_t> first_;
  std::vector<uint32_t> items_;
};

}  // namespace unetsr::data
