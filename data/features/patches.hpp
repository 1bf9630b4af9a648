#pragma once
#include <vector>

#include "data/dataset/mask.hpp"
#include "kernels/crop.hpp"
#include "kernels/random.hpp"
#include "kernels/view.hpp"

// Lists of square patches of `patch` cells for kernels::crop, on images of shape (windows, rows, columns, any).
namespace unetsr::data {

// All positions whose patch has at least `minimum_share` of its cells in `cells`; built once for an image stack, drawn
// from for every batch.
class PatchSampler {
 public:
  // Throws UsageError if no patch qualifies.
  PatchSampler(Shape shape, int patch, const Mask& cells, double minimum_share);

  // `count` positions, each as likely as the other, with repetition; in one of the eight orientations at random.
  std::vector<kernels::Crop> draw(int count, Random&, bool orientations = true) const;
  int64_t positions() const { return int64_t(positions_.size()); }

 private:
  std::vector<kernels::Crop> positions_;
};

// Where patches begin along an axis of `size` cells: every `stride` cells, the last one flush with the end. Throws
// UsageError if the patch is larger than that.
std::vector<int> sliding_starts(int size, int patch, int stride);

// The same in rows and columns: every `stride` cells, the last ones flush with the border: together they cover all
// cells where stride <= patch. Windows, then rows, then columns. Throws UsageError if the patch is larger than the
// image.
std::vector<kernels::Crop> sliding_patches(Shape shape, int patch, int stride);

// `crop` in each of the eight orientations.
std::vector<kernels::Crop> orientations_of(kernels::Crop crop);

}  // namespace unetsr::data
