#pragma once
#include <utility>

#include "kernels/crop.hpp"

// The specification.
namespace unetsr::kernels::reference {

template <class T>
void crop(View<const T> stack, std::span<const Crop> crops, View<T> patches) {
  for (int n = 0; n < patches.n; ++n) {
    const Crop& crop = crops[size_t(n)];
    for (int i = 0; i < patches.h; ++i)
      for (int j = 0; j < patches.w; ++j) {
        int row = i, column = j;
        if (crop.orientation & 4) std::swap(row, column);
        if (crop.orientation & 2) row = patches.h - 1 - row;
        if (crop.orientation & 1) column = patches.w - 1 - column;
        for (int c = 0; c < patches.c; ++c)
          patches(n, i, j, c) = stack(crop.image, crop.row + row, crop.column + column, c);
      }
  }
}

}  // namespace unetsr::kernels::reference
