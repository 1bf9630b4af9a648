#pragma once
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

// Each image as one pixel of H * W * C channels: (1, 1, N, H W C). The memory must be contiguous.
template <class T>
View<T> as_rows(const char* what, View<T> view) {
  require(view.contiguous(), [&] {
    return std::string(what) + " must be contiguous, its pitch is " + std::to_string(view.pitch) + " at " +
           std::to_string(view.c) + " channels";
  });
  return View<T>(view.data, 1, 1, view.n, view.h * view.w * view.c);
}

}  // namespace unetsr::kernels
