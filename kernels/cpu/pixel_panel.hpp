#pragma once
#include <algorithm>
#include <cstring>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/strided_image.hpp"

namespace unetsr::kernels::cpu {

// Copies the channels of one pixel into blocks of `block` channels that lie `stride` floats apart.
inline void pack_pixel(const float* from, int channels, int block, float* to, int64_t stride) {
  int c = 0;
  for (; c + block <= channels; c += block, to += stride) std::memcpy(to, from + c, size_t(block) * sizeof(float));
  std::copy_n(from + c, channels - c, to);
}

// Pixels in memory order: image, row, column.
struct PixelIndex {
  int n, i, j;

  template <class T>
  PixelIndex(const StridedImage<T>& x, int64_t pixel)
      : n(int(pixel / (int64_t(x.h) * x.w))), i(int(pixel / x.w % x.h)), j(int(pixel % x.w)) {}
  template <class T>
  void next(const StridedImage<T>& x) {
    if (++j < x.w) return;
    j = 0;
    if (++i < x.h) return;
    i = 0, ++n;
  }
};

}  // namespace unetsr::kernels::cpu
