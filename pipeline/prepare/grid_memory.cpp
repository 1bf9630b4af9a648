#include "pipeline/prepare/grid_memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "kernels/error.hpp"

namespace unetsr::pipeline {

void refuse_beyond_memory(const data::Dataset& dataset, size_t auxiliary, uint64_t available) {
  // The data sets of a granule, the bands freed of noise, and what becomes of the soundings.
  constexpr size_t bands = 12, denoised = 4, soundings = 3;
  constexpr size_t gridding = 40;  // bytes a cell: sums of the soundings, and the images that are made of them
  if (available == 0) available = uint64_t(sysconf(_SC_PHYS_PAGES)) * uint64_t(sysconf(_SC_PAGE_SIZE));
  const size_t layers = bands + denoised + soundings + auxiliary;
  const auto needed = uint64_t(dataset.grid.cells()) * dataset.windows.size() * (layers * sizeof(float) + gridding);
  if (needed <= available) return;
  constexpr double gigabyte = 1e9;
  throw UsageError(fmt::format(
      "the region has {} x {} cells: {} layers of {} windows need {:.3g} GB of memory, and this machine has {:.3g} GB; "
      "choose a smaller --bbox or --region, or a coarser --resolution",
      dataset.grid.rows, dataset.grid.columns, layers, dataset.windows.size(), double(needed) / gigabyte,
      double(available) / gigabyte));
}

}  // namespace unetsr::pipeline
