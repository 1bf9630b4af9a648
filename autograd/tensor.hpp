#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

namespace unetsr::autograd {

// Where the gradient of a tensor gathers. The first gradient writes, later ones add.
template <class T>
struct GradientSlot {
  View<T> view;  // no data until the first gradient needs it
  bool written = false;

  Into next() const { return written ? Into::add : Into::write; }
};

// A light handle: somebody else (the step's arena, the parameters, the caller) owns the memory. NHWC, with a pitch.
template <class T>
struct Tensor {
  View<const T> value;
  GradientSlot<T>* gradient = nullptr;  // null: no gradient is wanted

  Shape shape() const { return value.shape(); }
  bool wants_gradient() const { return gradient != nullptr; }
};

}  // namespace unetsr::autograd
