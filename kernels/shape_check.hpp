#pragma once
#include <string>

#include "kernels/error.hpp"
#include "kernels/view.hpp"

namespace unetsr::kernels {

inline std::string to_string(Shape s) {
  return "(" + std::to_string(s.n) + ", " + std::to_string(s.h) + ", " + std::to_string(s.w) + ", " +
         std::to_string(s.c) + ")";
}

// Throws a ShapeError that names `what` ("max_pool2d: y") and both shapes, unless `view` has the shape `wanted`.
template <class T>
void require_shape(const char* what, const View<T>& view, Shape wanted) {
  if (view.shape() != wanted)
    throw ShapeError(std::string(what) + " has shape " + to_string(view.shape()) + ", expected " + to_string(wanted));
}

inline void require(bool condition, const std::string& message) {
  if (!condition) throw ShapeError(message);
}

}  // namespace unetsr::kernels
