#pragma once
#include <string>
#include <type_traits>

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

// The same, with `what` as "op: part".
template <class T>
void require_shape(const char* op, const char* part, const View<T>& view, Shape wanted) {
  if (view.shape() != wanted) require_shape((std::string(op) + ": " + part).c_str(), view, wanted);
}

// `message` is a text, or makes it when it is needed: checks come with every step, which must not allocate.
template <class Message>
void require(bool condition, const Message& message) {
  if (condition) return;
  if constexpr (std::is_invocable_v<Message>)
    throw ShapeError(message());
  else
    throw ShapeError(message);
}

}  // namespace unetsr::kernels
