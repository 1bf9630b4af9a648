#include "pipeline/prepare/prepare_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/dataset/file_blocks.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/size_text.hpp"

namespace unetsr::pipeline {
namespace {

constexpr double least_sorting = 3.2e7, most_sorting = 5e8;
constexpr size_t denoised = 4, gridded = 3, coarse = 9;  // layers

// The parts that grow with the grid: bits of the blocks, counts of pixels, the region.
double of_grid(const data::Dataset& d, size_t layers) {
  const data::FileBlocks blocks = fine_blocks(d.grid, d.coarse_factor);
  const double windows = double(d.windows.size()), slots = windows * double(blocks.count());
  constexpr double digest = 32, place = 8;
  double bytes = slots * (double(layers + coarse) * (digest + place) + place);
  bytes += windows * double(d.grid.rows) * blocks.across() * 2 * sizeof(int32_t);
  constexpr int copies = 3;  // of the region
  return bytes + (d.region.empty() ? 0 : copies * double(d.grid.cells()));
}

}  // namespace

PrepareMemory plan_memory(const data::Dataset& d, int64_t granule_pixels, const LayerCounts& counts, double bound,
                          uint64_t available) {
  constexpr double program = 1.2e8;
  // A granule is held as it is sent by the process that reads it and as it is received.
  const double granule_pixel = 2.2 * double(counts.indices) * sizeof(float);
  // A block's layers and their summaries, the images that its soundings are summed into, and its logarithms; measured.
  constexpr double block_cell = 400, summary = 3e6, thread = 6e6;
  const size_t layers = counts.indices + denoised + gridded + counts.auxiliary;
  const double side = fine_blocks(d.grid, d.coarse_factor).side(), cells = double(d.grid.cells());
  const double block =
      block_cell * std::min(side * side, cells) + double(layers + coarse) * summary + thread * threads();
  // The readers of --aux lay a band's windows on the whole grid.
  const double whole_bands = counts.auxiliary > 0 ? 2.0 * sizeof(float) * cells * double(d.windows.size()) : 0;
  PrepareMemory memory;
  memory.bound = bound > 0 ? bound : double(available) / 2;
  memory.needed = program + of_grid(d, layers) + least_sorting +
                  std::max({block, granule_pixel * double(granule_pixels), whole_bands});
  const std::string what = fmt::format("the region of {} x {} cells, with {} layers of {} windows,", d.grid.rows,
                                       d.grid.columns, layers, d.windows.size());
  const std::string advice = "choose a smaller --bbox or --region, or a coarser --resolution";
  refuse_beyond_memory(memory.needed, what, advice, available);
  if (memory.needed > memory.bound)
    throw UsageError(fmt::format("{} needs about {} of memory, more than --memory {} allows; {}", what,
                                 size_text(memory.needed), size_text(memory.bound), advice));
  memory.sorting = std::clamp((memory.bound - memory.needed) / 2, least_sorting, most_sorting);
  return memory;
}

double layer_scratch(const data::Dataset& d, const LayerCounts& counts) {
  return sizeof(float) * double(d.grid.cells()) * double(d.windows.size()) * double(counts.indices + counts.auxiliary);
}

}  // namespace unetsr::pipeline
