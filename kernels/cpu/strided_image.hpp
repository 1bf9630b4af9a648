#pragma once
#include "kernels/view.hpp"

namespace unetsr::kernels::cpu {

// An NHWC array, or every second row and column of one: what a transposed convolution's four taps see.
template <class T>
struct StridedImage {
  T* data;
  int n, h, w, c;
  int64_t image, row, pixel;  // strides in elements

  StridedImage(const View<T>& v)
      : data(v.data),
        n(v.n),
        h(v.h),
        w(v.w),
        c(v.c),
        image(int64_t(v.h) * v.w * v.pitch),
        row(int64_t(v.w) * v.pitch),
        pixel(v.pitch) {}

  // The pixels (2i + a, 2j + b).
  StridedImage every_second(int a, int b) const {
    StridedImage s = *this;
    s.data += a * row + b * pixel;
    s.h /= 2, s.w /= 2, s.row *= 2, s.pixel *= 2;
    return s;
  }

  T* at(int in, int ih, int iw) const { return data + in * image + ih * row + iw * pixel; }
};

}  // namespace unetsr::kernels::cpu
