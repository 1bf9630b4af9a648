#pragma once
#include "autograd/tape.hpp"
#include "kernels/activation.hpp"
#include "kernels/footprint_mean.hpp"
#include "kernels/masked_loss.hpp"

// The kernels as differentiable functions, for float, double and Dual. Shapes and formulas are those of the kernels'
// headers.
namespace unetsr::autograd {

// An op writes its result to `place` where it is given (a part of a concat buffer), else to new memory of the tape.
template <class T>
using Place = const View<T>*;

template <class T>
Tensor<T> conv2d(Tape<T>&, Tensor<T> x, Tensor<T> w, Tensor<T> bias, bool relu = false, Place<T> place = nullptr);
template <class T>
Tensor<T> conv_transpose2x2(Tape<T>&, Tensor<T> x, Tensor<T> w, Tensor<T> bias, bool relu = false,
                            Place<T> place = nullptr);
// y has the shape `output`, of which each image is one row.
template <class T>
Tensor<T> dense(Tape<T>&, Tensor<T> x, Tensor<T> w, Tensor<T> bias, Shape output, bool relu = false);
template <class T>
Tensor<T> max_pool2d(Tape<T>&, Tensor<T> x);
template <class T>
Tensor<T> activation(Tape<T>&, kernels::Activation, Tensor<T> x, Place<T> place = nullptr);
template <class T>
Tensor<T> resize_bilinear(Tape<T>&, Tensor<T> x, int rows, int columns, Place<T> place = nullptr);
// One value a footprint. The matrix must last until backward().
template <class T>
Tensor<T> footprint_mean(Tape<T>&, const kernels::Footprints&, Tensor<T> x);
template <class T>
Tensor<T> add(Tape<T>&, Tensor<T> a, Tensor<T> b, Place<T> place = nullptr);
// x times one factor a channel, or one a pixel.
template <class T>
Tensor<T> multiply(Tape<T>&, Tensor<T> x, Tensor<T> factor, Place<T> place = nullptr);
// Channels first .. first + count - 1 of x, where they lie: nothing is copied.
template <class T>
Tensor<T> channels(Tape<T>&, Tensor<T> x, int first, int count);
// Channels of a, then of b, in `buffer`. Where a and b already lie in their parts of it, nothing is copied; their
// gradients are parts of the result's.
template <class T>
Tensor<T> concat(Tape<T>&, View<T> buffer, Tensor<T> a, Tensor<T> b);
// Writes or adds the loss to `value`, in the queue's memory. Starts the gradient of the prediction, with that of the
// mean loss, for backward().
template <class T>
void masked_loss(Tape<T>&, kernels::Loss, Tensor<T> prediction, View<const T> target, kernels::LossSum<T>* value,
                 Into = Into::write);
// Starts the gradient of y with one that is given, for backward().
template <class T>
void seed_gradient(Tape<T>&, Tensor<T> y, View<const T> gradient);

}  // namespace unetsr::autograd
