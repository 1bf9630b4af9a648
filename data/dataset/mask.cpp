#include "data/dataset/mask.hpp"

#include <cstddef>

namespace unetsr::data {
namespace {

// `count` cells that lie `step` apart.
void spread(const uint8_t* from, uint8_t* to, int count, int64_t step, int reach) {
  int last = -reach - 1;  // a chosen cell at most reach steps back
  for (int i = 0; i < count; ++i) {
    if (from[i * step]) last = i;
    if (i - last <= reach) to[i * step] = 1;
  }
  last = count + reach;
  for (int i = count - 1; i >= 0; --i) {
    if (from[i * step]) last = i;
    if (last - i <= reach) to[i * step] = 1;
  }
}

}  // namespace

Mask grown(const Mask& chosen, Shape shape, int reach) {
  Mask across(chosen.size(), 0), result(chosen.size(), 0);
  const int64_t cells = int64_t(shape.h) * shape.w;
  for (int64_t row = 0; row < int64_t(shape.n) * shape.h; ++row)
    spread(&chosen[std::size_t(row * shape.w)], &across[std::size_t(row * shape.w)], shape.w, 1, reach);
  for (int n = 0; n < shape.n; ++n)
    for (int j = 0; j < shape.w; ++j)
      spread(&across[std::size_t(n * cells + j)], &result[std::size_t(n * cells + j)], shape.h, shape.w, reach);
  return result;
}

}  // namespace unetsr::data
