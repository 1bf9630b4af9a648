#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/footprints/sounding_cells.hpp"

namespace unetsr::data {

// What a baseline's map of one window is made from.
struct BaselineWindow {
  int window = 0;           // its number
  const Dataset& granules;  // of this window alone, on both grids
  // Of what is fitted to soundings: under the sky that maps show, and which of this window to fit to.
  const SoundingCells* soundings = nullptr;
  std::span<const uint8_t> training = {};
};

// A baseline that is fitted to coarse cells or soundings of all windows, of which it holds no fine cells.
class FittedBaseline {
 public:
  virtual ~FittedBaseline() = default;
  // To be called for each window, in their order, before the first map.
  virtual void add(const BaselineWindow&) {}
  // (rows, columns) on the fine grid, NaN where an input is missing.
  virtual std::vector<float> map(const BaselineWindow&) const = 0;
};

}  // namespace unetsr::data
