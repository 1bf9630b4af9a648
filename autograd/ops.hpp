#pragma once
#include <type_traits>

#include "autograd/tape.hpp"
#include "kernels/activation.hpp"
#include "kernels/masked_loss.hpp"

// The kernels as differentiable ops: each runs at once and leaves its gradient on the tape. Shapes are those of the
// kernel of the same name. Where an op takes a `destination`, it writes there (some channels of a concat buffer)
// instead of into new memory. For float, double and Dual. Throws ShapeError.
namespace unetsr::autograd {

template <class T>
using Destination = std::type_identity_t<View<T>>;

template <class T>
Tensor<T> conv2d(Tape<T>&, const Tensor<T>& x, const Tensor<T>& weights, const Tensor<T>& bias, bool relu = false,
                 Destination<T> destination = {});
template <class T>
Tensor<T> conv_transpose2x2(Tape<T>&, const Tensor<T>& x, const Tensor<T>& weights, const Tensor<T>& bias,
                            bool relu = false, Destination<T> destination = {});

// The output has (N, image.h, image.w, image.c); image.n is not read.
template <class T>
Tensor<T> dense(Tape<T>&, const Tensor<T>& x, const Tensor<T>& weights, const Tensor<T>& bias, Shape image,
                bool relu = false);

template <class T>
Tensor<T> max_pool2d(Tape<T>&, const Tensor<T>& x);
template <class T>
Tensor<T> activation(Tape<T>&, kernels::Activation, const Tensor<T>& x);
template <class T>
Tensor<T> resize_bilinear(Tape<T>&, const Tensor<T>& x, int height, int width, Destination<T> destination = {});
template <class T>
Tensor<T> add(Tape<T>&, const Tensor<T>& a, const Tensor<T>& b);

// The channels of a, then those of b. What lies in the buffer already (its producer wrote there) is not copied. The
// gradients of a and b are views into that of the result.
template <class T>
Tensor<T> concat(Tape<T>&, const Tensor<T>& a, const Tensor<T>& b, Destination<T> buffer = {});

// The loss, and the start of the prediction's gradient: of the mean over the cells that have a target.
template <class T>
kernels::LossSum<T> masked_loss(Tape<T>&, kernels::Loss, const Tensor<T>& prediction,
                                std::type_identity_t<View<const T>> target);

// Starts a gradient from one that is given, of the tensor's shape.
template <class T>
void seed_gradient(Tape<T>&, const Tensor<T>&, std::type_identity_t<View<const T>> gradient);

}  // namespace unetsr::autograd
