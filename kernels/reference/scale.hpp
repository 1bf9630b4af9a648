#pragma once
#include <algorithm>
#include <cmath>

#include "kernels/scale.hpp"

// The specification.
namespace unetsr::kernels::reference {

inline void scale(View<const float> x, const ChannelScales& scales, View<float> y) {
  for (int n = 0; n < x.n; ++n)
    for (int i = 0; i < x.h; ++i)
      for (int j = 0; j < x.w; ++j) {
        bool missing = false;
        for (int c = 0; c < x.c; ++c) {
          const int k = (scales.per_image ? n * x.c : 0) + c;
          y(n, i, j, c) = float((double(x(n, i, j, c)) - scales.offset[k]) / scales.spread[k]);
          missing = missing || std::isnan(y(n, i, j, c));
        }
        if (scales.blanks && missing) std::fill_n(y.pixel(n, i, j), y.c, 0.0f);
      }
}

}  // namespace unetsr::kernels::reference
