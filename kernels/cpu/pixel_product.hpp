#pragma once
#include <span>

#include "kernels/cpu/finish.hpp"
#include "kernels/cpu/packed_weights.hpp"
#include "kernels/cpu/strided_image.hpp"

namespace unetsr::kernels::cpu {

// What a pixel product writes: y(pixel, k) = sum over sources s and channels c of x[s](pixel, c) weights[s](c, k),
// finished.
struct PixelTarget {
  std::span<const Weights> weights;  // 1x1, one for each source
  StridedImage<float> y;
};

// Products that work on each pixel alone: 1x1 convolutions, and transposed ones, whose large image is four small ones.
// All sources have one shape and one way to lie in memory, and so have all targets; a gate is for one target. Error
// against double precision relative to the largest output: below 2e-6.
void pixel_product(std::span<const StridedImage<const float>> x, std::span<const PixelTarget> targets, const Finish&);

}  // namespace unetsr::kernels::cpu
