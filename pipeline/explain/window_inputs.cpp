#include "pipeline/explain/window_inputs.hpp"

#include <algorithm>

#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {
namespace {

// Values of so many channels into the image that they are a part of.
void paste_channels(const std::vector<float>& values, const data::Part& part, int columns, size_t width,
                    std::vector<float>& image) {
  const size_t row = size_t(part.columns) * width;
  for (int i = 0; i < part.rows; ++i)
    std::copy_n(values.begin() + std::ptrdiff_t(size_t(i) * row), row,
                image.begin() + std::ptrdiff_t((size_t(part.row + i) * size_t(columns) + size_t(part.column)) * width));
}

}  // namespace

MapInputs window_inputs(const Mapper& mapper, const data::DatasetFile& file, int window,
                        const data::CoarseSif* coarse_sif) {
  const data::Grid& grid = file.description().grid;
  const size_t cells = size_t(grid.cells());
  MapInputs all;
  for (const data::Part& block : blocks_to_map(mapper, grid)) {
    stop_if_interrupted();
    const MapInputs own = mapper.inputs_of(file, window, block, coarse_sif);
    const size_t width = own.channels.names.size();
    if (all.first_guess.empty()) {
      all.channels = {own.channels.names, 1, grid.rows, grid.columns, std::vector<float>(cells * width)};
      all.first_guess.resize(cells);
    }
    paste_channels(own.channels.values, block, grid.columns, width, all.channels.values);
    paste_channels(own.first_guess, block, grid.columns, 1, all.first_guess);
  }
  return all;
}

}  // namespace unetsr::pipeline
