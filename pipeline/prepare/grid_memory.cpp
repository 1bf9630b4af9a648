#include "pipeline/prepare/grid_memory.hpp"

#include <fmt/format.h>

#include "pipeline/console/memory.hpp"

namespace unetsr::pipeline {

void refuse_beyond_memory(const data::Dataset& dataset, size_t auxiliary, uint64_t available) {
  // The data sets of a granule, the denoised bands, and the gridded soundings.
  constexpr size_t bands = 12, denoised = 4, soundings = 3;
  constexpr size_t gridding =
      52;  // bytes a cell, measured: sums of the soundings, and the images that are made of them
  const size_t layers = bands + denoised + soundings + auxiliary;
  refuse_beyond_memory(
      double(dataset.grid.cells()) * double(dataset.windows.size()) * double(layers * sizeof(float) + gridding),
      fmt::format("the region of {} x {} cells, with {} layers of {} windows,", dataset.grid.rows, dataset.grid.columns,
                  layers, dataset.windows.size()),
      "choose a smaller --bbox or --region, or a coarser --resolution", available);
}

}  // namespace unetsr::pipeline
