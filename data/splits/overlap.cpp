#include "data/splits/overlap.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "data/footprints/each_sounding.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

// Inputs that the maps of training's cells depend on and that are not blanked.
Mask inputs_used(const UsedCells& used, Shape shape) {
  if (int64_t(used.targets.size()) != shape.pixels() || used.inputs.size() != used.targets.size())
    throw ShapeError("overlap: masks of " + std::to_string(used.targets.size()) + " and " +
                     std::to_string(used.inputs.size()) + " cells for " + std::to_string(shape.pixels()));
  Mask cells = grown(used.targets, shape, used.radius);
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && used.inputs[i];
  return cells;
}

// The cells that are chosen in any window, in every window.
Mask in_any_window(const Mask& cells, Shape shape) {
  const size_t image = size_t(shape.h) * size_t(shape.w);
  Mask all(cells.size(), 0);
  for (size_t i = 0; i < image; ++i) {
    bool chosen = false;
    for (size_t cell = i; cell < cells.size(); cell += image) chosen = chosen || cells[cell];
    for (size_t cell = i; cell < cells.size(); cell += image) all[cell] = chosen;
  }
  return all;
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
  const Mask inputs = inputs_used(used, shape);
  Mask cells = grown(used.sif_of_other_windows ? in_any_window(inputs, shape) : inputs, shape, used.sif_behind);
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] || used.targets[i];
  return cells;
}

Overlap overlap(const Split& split, const UsedCells& used) {
  const Shape shape{split.windows, split.rows, split.columns, 1};
  const Mask test = split.mask(Role::test), inputs = inputs_used(used, shape);
  return {common(sif_used(used, shape), test), 0, common(inputs, grown(test, shape, used.radius))};
}

std::vector<uint8_t> touching(const SoundingCells& soundings, const Mask& cells, int factor, int rows) {
  const int fine_columns = soundings.columns(), columns = (fine_columns + factor - 1) / factor;
  std::vector<uint8_t> touching(soundings.size(), 0);
  for_each_sounding(soundings, [&](size_t i) {
    const uint8_t* window = cells.data() + int64_t(soundings[i].window) * rows * columns;
    for (const int32_t cell : soundings.cells(i)) {
      const int row = cell / fine_columns / factor, column = cell % fine_columns / factor;
      if (window[int64_t(row) * columns + column]) touching[i] = 1;
    }
  });
  return touching;
}

void add_copies(const SoundingCells& soundings, std::vector<uint8_t>& chosen) {
  if (!soundings.shared_by_windows()) return;
  const auto key = [&](size_t i) {
    const SoundingCells::Sounding& s = soundings[i];
    return std::tuple(s.day, s.sif, s.error, s.area, s.row, s.column, s.last_row, s.last_column);
  };
  std::set<decltype(key(0))> keys;
  for (size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) keys.insert(key(i));
  for (size_t i = 0; i < chosen.size(); ++i) chosen[i] = chosen[i] || keys.contains(key(i));
}

int64_t shared_cells(Shape shape, int patch, std::span<const kernels::Crop> train,
                     std::span<const kernels::Crop> test) {
  return common(covered(shape, patch, train), covered(shape, patch, test));
}

double shared_pixel_share(Shape shape, int patch, std::span<const kernels::Crop> train,
                          std::span<const kernels::Crop> test) {
  Mask seen(size_t(shape.pixels()), 0);
  const auto each_pixel = [&](const kernels::Crop& crop, const auto& visit) {
    if (crop.image < 0 || crop.image >= shape.n || crop.row < 0 || crop.row + patch > shape.h || crop.column < 0 ||
        crop.column + patch > shape.w)
      throw ShapeError("audit: a patch of " + std::to_string(patch) + " cells leaves its image");
    for (int i = crop.row; i < crop.row + patch; ++i)
      for (int j = crop.column; j < crop.column + patch; ++j)
        visit(size_t((int64_t(crop.image) * shape.h + i) * shape.w + j));
  };
  for (const kernels::Crop& crop : train) each_pixel(crop, [&](size_t i) { seen[i] = 1; });
  int64_t shared = 0;
  for (const kernels::Crop& crop : test) each_pixel(crop, [&](size_t i) { shared += seen[i]; });
  return double(shared) / (double(test.size()) * patch * patch);
}

int64_t training_cells_near_test(const Split& split, int distance) {
  const auto role = [&](int w, int i, int j) {
    return split.roles[size_t((int64_t(w) * split.rows + i) * split.columns + j)];
  };
  int64_t near = 0;
  for (int w = 0; w < split.windows; ++w)
    for (int i = 0; i < split.rows; ++i)
      for (int j = 0; j < split.columns; ++j) {
        if (role(w, i, j) != Role::train) continue;
        bool found = false;
        for (int a = std::max(0, i - distance); a < std::min(split.rows, i + distance + 1) && !found; ++a)
          for (int b = std::max(0, j - distance); b < std::min(split.columns, j + distance + 1) && !found; ++b)
            found = role(w, a, b) == Role::test;
        near += found;
      }
  return near;
}

}  // namespace unetsr::data
