#include "pipeline/network_output.hpp"

#include <algorithm>

#include "data/patches.hpp"
#include "kernels/crop.hpp"

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
Range range_within_reach(Range core, int size, int multiple, int reach) {
  const int first = std::max(0, core.first - reach) / multiple * multiple;
  const int end = std::min(size, rounded_up(core.first + core.count + reach, multiple));
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

// The image, mirrored, with a border of missing cells that brings it to a multiple of the network's pooling.
std::vector<float> mirrored_output(const Predictor& predictor, int multiple, View<const float> image, int orientation) {
  const int rows = rounded_up(image.h, multiple), columns = rounded_up(image.w, multiple), channels = image.c;
  std::vector<float> padded(size_t(rows) * size_t(columns) * size_t(channels), 0.0f), mirrored(padded.size());
  for (int i = 0; i < image.h; ++i)
    std::copy_n(image.pixel(0, i, 0), size_t(image.w) * size_t(channels),
                padded.data() + size_t(i) * size_t(columns) * size_t(channels));
  Queue queue(Device::cpu);
  const std::vector<kernels::Crop> whole = {{0, 0, 0, orientation}};
  kernels::crop(queue, View<const float>(padded.data(), 1, rows, columns, channels), whole,
                View<float>(mirrored.data(), 1, rows, columns, channels));
  std::vector<float> output(size_t(rows) * size_t(columns)), upright(output.size());
  predictor(View<const float>(mirrored.data(), 1, rows, columns, channels),
            View<float>(output.data(), 1, rows, columns, 1));
  kernels::crop(queue, View<const float>(output.data(), 1, rows, columns, 1), whole,
                View<float>(upright.data(), 1, rows, columns, 1));
  std::vector<float> cut(size_t(image.h) * size_t(image.w));
  for (int i = 0; i < image.h; ++i)
    std::copy_n(upright.data() + size_t(i) * size_t(columns), size_t(image.w),
                cut.data() + size_t(i) * size_t(image.w));
  return cut;
}

// The patches of the whole image that lie in the part, as the part counts rows and columns.
std::vector<kernels::Crop> patches_in(const Part& part, int rows, int columns, int patch) {
  std::vector<kernels::Crop> crops;
  for (const int row : data::sliding_starts(rows, patch, stride_of(patch)))
    for (const int column : data::sliding_starts(columns, patch, stride_of(patch)))
      if (row >= part.row && row + patch <= part.row + part.rows && column >= part.column &&
          column + patch <= part.column + part.columns)
        crops.push_back({0, row - part.row, column - part.column, 0});
  return crops;
}

std::vector<double> mean_of_patches(const Predictor& predictor, int patch, View<const float> image,
                                    const std::vector<kernels::Crop>& crops) {
  constexpr size_t batch = 64;
  const size_t cells = size_t(patch) * size_t(patch);
  std::vector<float> sum(size_t(image.h) * size_t(image.w), 0.0f), count(sum.size(), 0.0f);
  std::vector<float> inputs(batch * cells * size_t(image.c)), outputs(batch * cells);
  Queue queue(Device::cpu);
  for (size_t first = 0; first < crops.size(); first += batch) {
    const auto some = std::span(crops).subspan(first, std::min(batch, crops.size() - first));
    const View<float> x(inputs.data(), int(some.size()), patch, patch, image.c);
    const View<float> y(outputs.data(), int(some.size()), patch, patch, 1);
    kernels::crop(queue, image, some, x);
    predictor(x, y);
    for (size_t p = 0; p < some.size(); ++p)
      for (int i = 0; i < patch; ++i)
        for (int j = 0; j < patch; ++j) {
          const size_t cell = size_t(some[p].row + i) * size_t(image.w) + size_t(some[p].column + j);
          sum[cell] += y(int(p), i, j, 0), count[cell] += 1;
        }
  }
  std::vector<double> mean(sum.size());
  for (size_t i = 0; i < sum.size(); ++i) mean[i] = double(sum[i] / count[i]);
  return mean;
}

}  // namespace

Part part_to_see(const Part& core, int rows, int columns, const ImageSizes& sizes, int reach) {
  const auto range = [&](int first, int count, int size) {
    return sizes.fixed ? range_of_patches({first, count}, size, sizes.fixed)
                       : range_within_reach({first, count}, size, sizes.multiple, reach);
  };
  const Range down = range(core.row, core.rows, rows), across = range(core.column, core.columns, columns);
  return {down.first, across.first, down.count, across.count};
}

std::vector<double> network_output(const Predictor& predictor, const ImageSizes& sizes, View<const float> image,
                                   const Part& part, int rows, int columns) {
  if (sizes.fixed) return mean_of_patches(predictor, sizes.fixed, image, patches_in(part, rows, columns, sizes.fixed));
  std::vector<double> mean(size_t(image.h) * size_t(image.w), 0.0);
  for (int orientation = 0; orientation < 4; ++orientation) {
    const std::vector<float> output = mirrored_output(predictor, sizes.multiple, image, orientation);
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += double(output[i]) / 4;
  }
  return mean;
}

}  // namespace unetsr::pipeline
