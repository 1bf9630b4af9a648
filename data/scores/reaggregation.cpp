#include "data/scores/reaggregation.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/resample.hpp"

namespace unetsr::data {
namespace {

// Weighted mean of `rows` x `columns` cells from (row, column) on; NaN where one is missing.
double mean(std::span<const float> map, std::span<const float> weights, const Shape& shape, int window, int row,
            int column, int rows, int columns) {
  double sum = 0, total = 0;
  for (int i = row; i < row + rows; ++i)
    for (int j = column; j < column + columns; ++j) {
      const size_t cell = (size_t(window) * size_t(shape.h) + size_t(i)) * size_t(shape.w) + size_t(j);
      const double weight = weights.empty() ? 1 : double(weights[cell]);
      sum += weight * double(map[cell]);
      total += weight;
    }
  return sum / total;
}

void add(std::vector<Remeasured>& all, int64_t cell, double difference) {
  if (!std::isnan(difference)) all.push_back({cell, difference});
}

}  // namespace

std::vector<Remeasured> remeasure_soundings(std::span<const float> map, const SoundingCells& soundings,
                                            double cloud_shielding) {
  std::vector<Remeasured> all;
  for (size_t i = 0; i < soundings.size(); ++i) {
    const auto& s = soundings[i];
    const size_t cells = size_t(soundings.cells_of_window()), first = size_t(s.window) * cells;
    const double seen = soundings.clear_share(i, cloud_shielding) * soundings.mean(i, map.subspan(first, cells));
    add(all, soundings.middle(i), seen - double(s.sif));
  }
  return all;
}

std::vector<Remeasured> remeasure_blocks(std::span<const float> map, Shape shape, int factor,
                                         std::span<const float> coarse, std::span<const float> weights) {
  const Shape blocks = block_shape(shape, factor);
  std::vector<Remeasured> all;
  for (int n = 0; n < shape.n; ++n)
    for (int i = 0; i + factor <= shape.h; i += factor)
      for (int j = 0; j + factor <= shape.w; j += factor) {
        const size_t block =
            (size_t(n) * size_t(blocks.h) + size_t(i / factor)) * size_t(blocks.w) + size_t(j / factor);
        add(all, (int64_t(n) * shape.h + i + factor / 2) * shape.w + j + factor / 2,
            mean(map, weights, shape, n, i, j, factor, factor) - double(coarse[block]));
      }
  return all;
}

std::vector<Remeasured> remeasure_neighbours(std::span<const float> map, Shape shape, std::span<const float> coarse) {
  std::vector<Remeasured> all;
  for (int n = 0; n < shape.n; ++n)
    for (int i = 1; i + 1 < shape.h; ++i)
      for (int j = 1; j + 1 < shape.w; ++j) {
        const int64_t cell = (int64_t(n) * shape.h + i) * shape.w + j;
        add(all, cell, mean(map, {}, shape, n, i - 1, j - 1, 3, 3) - double(coarse[size_t(cell)]));
      }
  return all;
}

}  // namespace unetsr::data
