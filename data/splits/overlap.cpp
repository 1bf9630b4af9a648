#include "data/splits/overlap.hpp"

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

// Inputs that the maps of training's cells depend on and that are not blanked.
Mask inputs_used(const UsedCells& used, Shape shape) {
  if (int64_t(used.targets.size()) != shape.pixels() || used.inputs.size() != used.targets.size())
    throw ShapeError("overlap: masks of " + std::to_string(used.targets.size()) + " and " +
                     std::to_string(used.inputs.size()) + " cells for " + std::to_string(shape.pixels()));
  Mask cells = grown(used.targets, shape, used.reach);
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && used.inputs[i];
  return cells;
}

Mask covered(Shape shape, int patch, std::span<const kernels::Crop> crops) {
  Mask cells(size_t(shape.pixels()), 0);
  for (const kernels::Crop& crop : crops)
    for (int i = crop.row; i < crop.row + patch; ++i)
      for (int j = crop.column; j < crop.column + patch; ++j)
        cells[size_t((int64_t(crop.image) * shape.h + i) * shape.w + j)] = 1;
  return cells;
}

}  // namespace

int64_t common(const Mask& a, const Mask& b) {
  int64_t count = 0;
  for (size_t i = 0; i < a.size(); ++i) count += a[i] && b[i];
  return count;
}

Mask sif_used(const UsedCells& used, Shape shape) {
  Mask cells = grown(inputs_used(used, shape), shape, used.sif_behind);
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] || used.targets[i];
  return cells;
}

Overlap overlap(const Split& split, const UsedCells& used) {
  const Shape shape{split.windows, split.rows, split.columns, 1};
  const Mask test = split.mask(Role::test), inputs = inputs_used(used, shape);
  return {common(sif_used(used, shape), test), 0, common(inputs, grown(test, shape, used.reach))};
}

std::vector<uint8_t> touching(const SoundingCells& soundings, const Mask& cells, int factor, int rows) {
  const int fine_columns = soundings.columns(), columns = (fine_columns + factor - 1) / factor;
  std::vector<uint8_t> touching(soundings.size(), 0);
  for (size_t i = 0; i < soundings.size(); ++i) {
    const uint8_t* window = cells.data() + int64_t(soundings[i].window) * rows * columns;
    for (const int32_t cell : soundings.cells(i)) {
      const int row = cell / fine_columns / factor, column = cell % fine_columns / factor;
      if (window[int64_t(row) * columns + column]) touching[i] = 1;
    }
  }
  return touching;
}

int64_t shared_cells(Shape shape, int patch, std::span<const kernels::Crop> train,
                     std::span<const kernels::Crop> test) {
  return common(covered(shape, patch, train), covered(shape, patch, test));
}

}  // namespace unetsr::data
