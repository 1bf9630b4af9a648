#include "kernels/cpu/crop.hpp"

#include <algorithm>

#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

// Where a patch's row begins in the stack, and how far apart its pixels lie there.
struct Walk {
  const float* start;
  int64_t step;
};

Walk walk(const View<const float>& stack, const Crop& crop, const View<float>& patches, int i) {
  const bool mirror_columns = crop.orientation & 1, mirror_rows = crop.orientation & 2;
  if (crop.orientation & 4) {
    const int row = mirror_rows ? patches.h - 1 : 0, column = mirror_columns ? patches.w - 1 - i : i;
    const int64_t down = int64_t(stack.w) * stack.pitch;
    return {stack.pixel(crop.image, crop.row + row, crop.column + column), mirror_rows ? -down : down};
  }
  const int row = mirror_rows ? patches.h - 1 - i : i, column = mirror_columns ? patches.w - 1 : 0;
  return {stack.pixel(crop.image, crop.row + row, crop.column + column), mirror_columns ? -stack.pitch : stack.pitch};
}

}  // namespace

void crop(View<const float> stack, std::span<const Crop> crops, View<float> patches) {
  parallel_for(patches.n, [&](int64_t n) {
    for (int i = 0; i < patches.h; ++i) {
      const Walk from = walk(stack, crops[size_t(n)], patches, i);
      float* to = patches.pixel(int(n), i, 0);
      if (from.step == patches.c && patches.contiguous()) {
        std::copy_n(from.start, int64_t(patches.w) * patches.c, to);
        continue;
      }
      for (int j = 0; j < patches.w; ++j) std::copy_n(from.start + j * from.step, patches.c, to + j * patches.pitch);
    }
  });
}

}  // namespace unetsr::kernels::cpu
