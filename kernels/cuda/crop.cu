#include "kernels/cuda/crop.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

constexpr int crops_at_once = 64;

// Copies patches, which are those of `crops` in their order. Bound by memory.
template <class T>
struct CopyPatches {
  View<const T> stack;
  View<T> patches;
  Crop crops[crops_at_once];

  __device__ void operator()(unsigned i) const {
    const int c = int(i % unsigned(patches.c)), pixel = int(i / unsigned(patches.c));
    const int j = pixel % patches.w, i_of_n = pixel / patches.w, n = i_of_n / patches.h;
    const Crop& crop = crops[n];
    int row = i_of_n % patches.h, column = j;
    if (crop.orientation & 4) {
      const int swapped = row;
      row = column, column = swapped;
    }
    if (crop.orientation & 2) row = patches.h - 1 - row;
    if (crop.orientation & 1) column = patches.w - 1 - column;
    *(patches.pixel(n, i_of_n % patches.h, j) + c) = stack(crop.image, crop.row + row, crop.column + column, c);
  }
};

template <class T>
void copy_patches(Stream& stream, View<const float> stack, std::span<const Crop> crops, View<float> patches) {
  CopyPatches<T> task{view_as<T>(stack), view_as<T>(patches), {}};
  std::copy(crops.begin(), crops.end(), task.crops);
  for_each(stream, task.patches.size(), task);
}

}  // namespace

// The crops travel as arguments of the kernels, some at a time.
void crop(Queue& queue, View<const float> stack, std::span<const Crop> crops, View<float> patches) {
  for (size_t first = 0; first < crops.size(); first += crops_at_once) {
    const std::span<const Crop> some = crops.subspan(first, std::min<size_t>(crops_at_once, crops.size() - first));
    const View<float> theirs(patches.pixel(int(first), 0, 0), int(some.size()), patches.h, patches.w, patches.c,
                             patches.pitch);
    in_fours(stack, theirs) ? copy_patches<float4>(queue.stream(), stack, some, theirs)
                            : copy_patches<float>(queue.stream(), stack, some, theirs);
  }
}

}  // namespace unetsr::kernels::cuda
