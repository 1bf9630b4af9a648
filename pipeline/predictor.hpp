#pragma once
#include <functional>

#include "kernels/view.hpp"

namespace unetsr::pipeline {

// Maps a batch of inputs (N, h, w, C) to predictions (N, h, w, 1).
using Predictor = std::function<void(View<const float> inputs, View<float> predictions)>;

// What sizes of image a network takes.
struct ImageSizes {
  int multiple = 1;  // rows and columns are padded to a multiple of this
  int fixed = 0;     // not 0: patches of fixed x fixed only
};

}  // namespace unetsr::pipeline
