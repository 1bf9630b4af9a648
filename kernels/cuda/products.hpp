#pragma once
#include "kernels/cuda/divisor.hpp"
#include "kernels/cuda/stream.hpp"
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// The matrix products that convolutions are made of. Matrices of pixels are never built: their values are found in the
// images when a product asks for them (implicit GEMM). Sums in fp32; deterministic, on every GPU the same order.
namespace unetsr::kernels::cuda {

// The pixels of all images of a batch, as one row of numbers.
struct Pixels {
  Pixels(int n, int h, int w) : count(n * h * w), rows(h), columns(w) {}
  int count;
  Divisor rows, columns;
};

// Where tap (r, s) of pixel (n, i, j) lies: at (n, stride i + r - top, stride j + s - left), a 0 outside of the image.
struct Gather {
  View<const float> image;
  int rows = 1, columns = 1;  // taps
  int top = 0, left = 0;
  int stride = 1;

  int taps() const { return rows * columns; }
  int depth() const { return taps() * image.c; }
};

// A product may have four phases, with weights of their own: phase (a, b) concerns the pixels (2i + a, 2j + b) of an
// image that is twice as large.

// to(p, n) = bias(n) + sum over taps t and channels c of from(p, t, c) w(t, c, n), max(., 0) with `relu`
struct PixelProduct {
  Gather from;
  const float* w;           // (t, c, n), a phase after the other; transposed: (t, n, c)
  bool transposed = false;  // and `flipped`: the last tap first
  bool flipped = false;
  const float* bias = nullptr;
  bool relu = false;
  Into into = Into::write;
  const float* gate = nullptr;  // null, or values that lie as `to` does: where one is not above 0 the sum counts as 0
  View<float> to;
  int phases = 1;
};
void pixel_product(Queue&, const PixelProduct&);

// dw(t, c, n) = sum over pixels p of from(p, t, c) dy(p, n); phases: dy is the larger image, dw has one after the other
struct WeightProduct {
  Gather from;
  View<const float> dy;
  float* dw;
  int phases = 1;
};
void weight_product(Queue&, const WeightProduct&);

}  // namespace unetsr::kernels::cuda
