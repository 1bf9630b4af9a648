#include "kernels/cuda/crop.hpp"

#include "kernels/cuda/divisor.hpp"
#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

template <class T>
struct CopyPatches {
  View<const T> stack;
  View<T> patches;
  const Crop* crops;
  Divisor channels{patches.c}, columns{patches.w}, rows{patches.h};

  __device__ void operator()(unsigned i) const {
    int n = int(i);
    const int c = channels.divide(n), j = columns.divide(n), i_of_n = rows.divide(n);
    const Crop crop = crops[n];
    const bool swapped = crop.orientation & 4;
    int row = swapped ? j : i_of_n, column = swapped ? i_of_n : j;
    if (crop.orientation & 2) row = patches.h - 1 - row;
    if (crop.orientation & 1) column = patches.w - 1 - column;
    patches.pixel(n, i_of_n, j)[c] = stack(crop.image, crop.row + row, crop.column + column, c);
  }
};

template <class T>
void copy_patches(Stream& stream, View<const float> stack, const Crop* crops, View<float> patches) {
  for_each(stream, patches.size() / int64_t(sizeof(T) / sizeof(float)),
           CopyPatches<T>{view_as<T>(stack), view_as<T>(patches), crops});
}

}  // namespace

void crop(Queue& queue, View<const float> stack, std::span<const Crop> crops, View<float> patches) {
  in_fours(stack, patches) ? copy_patches<float4>(queue.stream(), stack, crops.data(), patches)
                           : copy_patches<float>(queue.stream(), stack, crops.data(), patches);
}

}  // namespace unetsr::kernels::cuda
