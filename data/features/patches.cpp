#include "data/features/patches.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

void require_fits(Shape shape, int patch) {
  if (patch < 1 || patch > shape.h || patch > shape.w)
    throw UsageError("patches of " + std::to_string(patch) + " cells do not fit images of " + std::to_string(shape.h) +
                     " x " + std::to_string(shape.w));
}

// sums(i, j): the number of chosen cells above and left of (i, j).
class SummedArea {
 public:
  SummedArea(const uint8_t* cells, int rows, int columns)
      : pitch_(size_t(columns) + 1), sums_((size_t(rows) + 1) * pitch_, 0) {
    for (size_t i = 0; i < size_t(rows); ++i)
      for (size_t j = 0; j < size_t(columns); ++j)
        sums_[(i + 1) * pitch_ + j + 1] = cells[i * size_t(columns) + j] + sums_[i * pitch_ + j + 1] +
                                          sums_[(i + 1) * pitch_ + j] - sums_[i * pitch_ + j];
  }
  int64_t square(int row, int column, int side) const {
    const size_t top = size_t(row) * pitch_, bottom = size_t(row + side) * pitch_;
    const size_t left = size_t(column), right = size_t(column + side);
    return sums_[bottom + right] - sums_[top + right] - sums_[bottom + left] + sums_[top + left];
  }

 private:
  size_t pitch_;
  std::vector<int64_t> sums_;
};

}  // namespace

PatchSampler::PatchSampler(Shape shape, int patch, const Mask& cells, double minimum_share) {
  require_fits(shape, patch);
  if (int64_t(cells.size()) != shape.pixels())
    throw ShapeError("patches: a mask of " + std::to_string(cells.size()) + " cells for " +
                     std::to_string(shape.pixels()));
  const double minimum = std::max(1.0, minimum_share * patch * patch);
  for (int n = 0; n < shape.n; ++n) {
    const SummedArea chosen(cells.data() + int64_t(n) * shape.h * shape.w, shape.h, shape.w);
    for (int i = 0; i + patch <= shape.h; ++i)
      for (int j = 0; j + patch <= shape.w; ++j)
        if (double(chosen.square(i, j, patch)) >= minimum) positions_.push_back({n, i, j, 0});
  }
  if (positions_.empty())
    throw UsageError("no patch of " + std::to_string(patch) + " x " + std::to_string(patch) + " cells has at least " +
                     std::to_string(std::lround(minimum_share * 100)) +
                     " % of training cells: choose smaller patches, or hold out less");
}

std::vector<kernels::Crop> PatchSampler::draw(int count, Random& random, bool orientations) const {
  std::vector<kernels::Crop> crops;
  for (int k = 0; k < count; ++k) {
    kernels::Crop& crop = crops.emplace_back(positions_[random.below(uint32_t(positions_.size()))]);
    if (orientations) crop.orientation = int(random.below(8));
  }
  return crops;
}

std::vector<int> sliding_starts(int size, int patch, int stride) {
  if (patch < 1 || patch > size)
    throw UsageError("patches of " + std::to_string(patch) + " cells do not fit " + std::to_string(size) + " cells");
  if (stride < 1) throw UsageError("a stride needs one cell or more, got " + std::to_string(stride));
  std::vector<int> starts;
  for (int start = 0; start + patch < size; start += stride) starts.push_back(start);
  starts.push_back(size - patch);
  return starts;
}

std::vector<kernels::Crop> sliding_patches(Shape shape, int patch, int stride) {
  require_fits(shape, patch);
  std::vector<kernels::Crop> crops;
  for (int n = 0; n < shape.n; ++n)
    for (const int row : sliding_starts(shape.h, patch, stride))
      for (const int column : sliding_starts(shape.w, patch, stride)) crops.push_back({n, row, column, 0});
  return crops;
}

std::vector<kernels::Crop> orientations_of(kernels::Crop crop) {
  std::vector<kernels::Crop> crops(8, crop);
  for (int k = 0; k < 8; ++k) crops[size_t(k)].orientation = k;
  return crops;
}

}  // namespace unetsr::data
