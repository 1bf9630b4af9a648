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

}  // namespace unetsr::data
