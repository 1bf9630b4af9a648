#include "pipeline/maps/network_output.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "data/features/patches.hpp"

namespace unetsr::pipeline {
namespace {

int rounded_up(int size, int multiple) {
  return (size + multiple - 1) / multiple * multiple;
}

int stride_of(int patch) {
  return std::max(1, patch / 4);
}

// Cells first .. first + count along one axis of `size` cells.
struct Range {
  int first, count;
};

// Pooling looks at the cells in groups: the range begins and ends with whole ones, or where the image does.
Range range_within_radius(Range core, int size, int multiple, int radius) {
  const int first = std::max(0, core.first - radius) / multiple * multiple;
  const int end = std::min(size, rounded_up(core.first + core.count + radius, multiple));
  return {first, end - first};
}

// From the first to the last patch that covers a cell of the range.
Range range_of_patches(Range core, int size, int patch) {
  const std::vector<int> starts = data::sliding_starts(size, patch, stride_of(patch));
  int first = size, end = 0;
  for (const int start : starts)
    if (start < core.first + core.count && start + patch > core.first) {
      first = std::min(first, start);
      end = std::max(end, start + patch);
    }
  return {first, end - first};
}

std::vector<double> mean_of_mirrored(const Predictor& predictor, const data::Scaling& scaling,
                                     const ShownPatches& shown, View<const float> image) {
  const int rows = shown.rows, columns = shown.columns;
  std::vector<double> mean(size_t(image.h) * size_t(image.w), 0.0);
  predictor(with_border(image, rows, columns, scaling), {shown.crops, rows, columns}, shown.at_once,
            [&](size_t k, View<const float> y) {
              const int orientation = shown.crops[k].orientation;
              const bool mirrors_columns = orientation & 1, mirrors_rows = orientation & 2;
              for (int i = 0; i < image.h; ++i)
                for (int j = 0; j < image.w; ++j)
                  mean[size_t(i) * size_t(image.w) + size_t(j)] +=
                      double(y(0, mirrors_rows ? rows - 1 - i : i, mirrors_columns ? columns - 1 - j : j, 0)) / 4;
            });
  return mean;
}

// The patches of the whole image that lie in the part, as the part counts rows and columns.
std::vector<kernels::Crop> patches_in(const data::Part& part, int rows, int columns, int patch) {
  std::vector<kernels::Crop> crops;
  for (const int row : data::sliding_starts(rows, patch, stride_of(patch)))
    for (const int column : data::sliding_starts(columns, patch, stride_of(patch)))
      if (row >= part.row && row + patch <= part.row + part.rows && column >= part.column &&
          column + patch <= part.column + part.columns)
        crops.push_back({0, row - part.row, column - part.column, 0});
  return crops;
}

std::vector<double> mean_of_patches(const Predictor& predictor, const data::Scaling& scaling, const ShownPatches& shown,
                                    View<const float> image) {
  const int patch = shown.rows;
  std::vector<float> sum(size_t(image.h) * size_t(image.w), 0.0f), count(sum.size(), 0.0f);
  predictor(with_border(image, image.h, image.w, scaling), {shown.crops, patch, patch}, shown.at_once,
            [&](size_t first, View<const float> y) {
              for (int p = 0; p < y.n; ++p)
                for (int i = 0; i < patch; ++i)
                  for (int j = 0; j < patch; ++j) {
                    const kernels::Crop& crop = shown.crops[first + size_t(p)];
                    const size_t cell = size_t(crop.row + i) * size_t(image.w) + size_t(crop.column + j);
                    sum[cell] += y(p, i, j, 0), count[cell] += 1;
                  }
            });
  std::vector<double> mean(sum.size());
  for (size_t i = 0; i < sum.size(); ++i) mean[i] = double(sum[i] / count[i]);
  return mean;
}

}  // namespace

ImageSizes image_sizes(const nn::ModelSpec& spec) {
  return {nn::size_multiple(spec), spec.family == nn::Family::paper_cnn ? spec.patch : 0};
}

data::Part part_with(std::span<const uint8_t> cells, const data::Part& block, int rows, int columns) {
  int first_row = block.row + block.rows, first_column = block.column + block.columns, last_row = -1, last_column = -1;
  const size_t image = size_t(rows) * size_t(columns);
  for (size_t window = 0; window < cells.size(); window += image)
    for (int i = block.row; i < block.row + block.rows; ++i)
      for (int j = block.column; j < block.column + block.columns; ++j)
        if (cells[window + size_t(i) * size_t(columns) + size_t(j)]) {
          first_row = std::min(first_row, i), first_column = std::min(first_column, j);
          last_row = std::max(last_row, i), last_column = std::max(last_column, j);
        }
  if (last_row < 0) return {};
  return {first_row, first_column, last_row - first_row + 1, last_column - first_column + 1};
}

std::vector<data::Part> blocks_of(int rows, int columns, int side) {
  std::vector<data::Part> blocks;
  for (int i = 0; i < rows; i += side)
    for (int j = 0; j < columns; j += side)
      blocks.push_back({i, j, std::min(side, rows - i), std::min(side, columns - j)});
  return blocks;
}

void paste(std::span<const float> values, const data::Part& part, int columns, std::span<float> image) {
  for (int i = 0; i < part.rows; ++i)
    std::copy_n(values.begin() + std::ptrdiff_t(i) * part.columns, part.columns,
                image.begin() + std::ptrdiff_t(part.row + i) * columns + part.column);
}

data::Part part_to_see(const data::Part& core, int rows, int columns, const ImageSizes& sizes, int radius) {
  const auto range = [&](int first, int count, int size) {
    return sizes.fixed ? range_of_patches({first, count}, size, sizes.fixed)
                       : range_within_radius({first, count}, size, sizes.multiple, radius);
  };
  const Range down = range(core.row, core.rows, rows), across = range(core.column, core.columns, columns);
  return {down.first, across.first, down.count, across.count};
}

ShownPatches shown_patches(const ImageSizes& sizes, const data::Part& part, int rows, int columns) {
  constexpr int patches_at_once = 64;
  if (sizes.fixed)
    return {patches_in(part, rows, columns, sizes.fixed),
            sizes.fixed,
            sizes.fixed,
            part.rows,
            part.columns,
            patches_at_once};
  const int height = rounded_up(part.rows, sizes.multiple), width = rounded_up(part.columns, sizes.multiple);
  return {{{0, 0, 0, 0}, {0, 0, 0, 1}, {0, 0, 0, 2}, {0, 0, 0, 3}}, height, width, height, width, 1};
}

nn::Images with_border(View<const float> image, int rows, int columns, const data::Scaling& scaling) {
  const size_t row = size_t(columns) * size_t(image.c);
  std::vector<float> values(size_t(rows) * row, std::numeric_limits<float>::quiet_NaN());
  for (int i = 0; i < image.h; ++i)
    std::copy_n(image.pixel(0, i, 0), size_t(image.w) * size_t(image.c), values.data() + size_t(i) * row);
  const Shape shape{1, rows, columns, image.c};
  return {std::move(values), shape, scaling.blanking(shape), {}};
}

std::vector<double> network_output(const Predictor& predictor, const data::Scaling& scaling, const ImageSizes& sizes,
                                   View<const float> image, const data::Part& part, int rows, int columns) {
  const ShownPatches shown = shown_patches(sizes, part, rows, columns);
  return sizes.fixed ? mean_of_patches(predictor, scaling, shown, image)
                     : mean_of_mirrored(predictor, scaling, shown, image);
}

}  // namespace unetsr::pipeline
