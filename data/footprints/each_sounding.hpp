#pragma once
#include <algorithm>
#include <cstddef>

#include "data/footprints/sounding_cells.hpp"

namespace unetsr::data {

// f(i) for each sounding in turn. Where they lie in a file some at a time are released when they are done.
template <class Function>
void for_each_sounding(const SoundingCells& soundings, const Function& f) {
  constexpr size_t at_once = 1 << 16;
  for (size_t first = 0; first < soundings.size(); first += at_once) {
    const size_t last = std::min(soundings.size(), first + at_once);
    for (size_t i = first; i < last; ++i) f(i);
    soundings.release(first, last);
  }
}

// Means of maps (windows, rows, columns) over the footprints of soundings in turn. A window that lies in a file is
// released when a sounding of another follows.
class MeansOfMaps {
 public:
  // Both have to outlive this.
  MeansOfMaps(const SoundingCells& soundings, StoredSpan<const float> maps)
      : soundings_(soundings), maps_(maps), cells_(size_t(soundings.cells_of_window())) {}
  ~MeansOfMaps() { release(); }
  MeansOfMaps(const MeansOfMaps&) = delete;
  MeansOfMaps& operator=(const MeansOfMaps&) = delete;

  // SoundingCells::mean
  double of(size_t i) {
    if (const int window = soundings_[i].window; window != window_) release(), window_ = window;
    return soundings_.mean(i, maps_.subspan(size_t(window_) * cells_, cells_));
  }

 private:
  void release() const { maps_.release(size_t(window_) * cells_, cells_); }

  const SoundingCells& soundings_;
  StoredSpan<const float> maps_;
  size_t cells_;
  int window_ = 0;
};

}  // namespace unetsr::data
