#include "pipeline/evaluate/evaluation_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/error.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/memory_size.hpp"
#include "pipeline/console/size_text.hpp"

namespace unetsr::pipeline {

double memory_to_evaluate(const data::DatasetFile& file, const std::vector<FinishedRun>& runs) {
  constexpr double program = 8e7, pictures = 1.5e8;  // the page with at most two million values a map
  constexpr double cell = 150;                       // beside the layers of a window: features, maps, images
  constexpr double map_cell = 10;                    // of all windows, while their maps are corrected
  constexpr double sounding = 900;                   // their columns, cells and equations
  constexpr double block = 512;
  const data::Dataset& header = file.description();
  const double windows = double(header.windows.size()), cells = double(header.grid.cells()),
               coarse_cells = double(header.coarse_grid().cells());
  double network = 0;
  for (const FinishedRun& run : runs) {
    const double side = block + 2 * run.mapper.radius;
    network = std::max(network, memory_of(run.network->members().front()->network().spec(), side * side, false));
  }
  return program + pictures + network + cells * (2 * sizeof(float) * double(file.layers().size()) + cell) +
         3 * sizeof(float) * windows * coarse_cells * double(file.coarse_layers().size()) +
         (file.soundings() > 0 ? map_cell * windows * cells + sounding * double(file.soundings()) : 0);
}

void require_memory(double needed, const std::optional<std::string>& asked, const std::string& what,
                    const Output& output) {
  if (asked && needed > memory_size("memory", *asked))
    throw UsageError(fmt::format("--memory {}: {} takes about {}; take more, or prepare a smaller --bbox", *asked, what,
                                 size_text(needed)));
  refuse_beyond_memory(needed, what, "prepare a smaller --bbox, or fewer windows");
  output.line("memory: about " + size_text(needed));
}

}  // namespace unetsr::pipeline
