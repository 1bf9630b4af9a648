#include "autograd/ops.hpp"

#include "kernels/conv2d.hpp"
#include "kernels/conv_transpose2x2.hpp"
#include "kernels/copy.hpp"
#include "kernels/dense.hpp"
#include "kernels/max_pool2d.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/resize_bilinear.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::autograd {
namespace {

template <class T>
bool wants_gradient(std::initializer_list<Tensor<T>> inputs) {
  for (const Tensor<T>& t : inputs)
    if (t.gradient) return true;
  return false;
}

template <class T>
Tensor<T> output(Tape<T>& tape, Shape shape, Place<T> place, bool needs_gradient) {
  if (!place) return tape.tensor(shape, needs_gradient);
  kernels::require_shape("the place of an op's result", *place, shape);
  Tensor<T> y = tape.input(*place, needs_gradient);
  return y;
}

// Gradients of a layer with weights and a bias. `data` and `weights` are the kernels.
template <class T, class Data, class Weights>
void layer_backward(Tape<T>& tape, Tensor<T> x, Tensor<T> w, Tensor<T> bias, Tensor<T> y, bool relu, Data data,
                    Weights weights) {
  if (!y.gradient->written) return;
  const View<T> dy = y.gradient->view;
  if (relu) kernels::activation_backward<T>(tape.queue, kernels::Activation::relu, y.value, dy, dy);
  if (w.gradient) {
    const auto [dw, into] = tape.accumulate(w);
    const auto [dbias, into_bias] = tape.accumulate(bias);
    if (into == Into::write) {
      weights(tape.queue, x.value, dy, dw, dbias.data);
    } else {
      const View<T> dw_more(tape.arena.template array<T>(dw.size()), dw.shape());
      const View<T> dbias_more(tape.arena.template array<T>(dbias.size()), dbias.shape());
      weights(tape.queue, x.value, dy, dw_more, dbias_more.data);
      kernels::copy<T>(tape.queue, dw_more, dw, Into::add);
      kernels::copy<T>(tape.queue, dbias_more, dbias, Into::add);
    }
  }
  if (x.gradient) {
    const auto [dx, into] = tape.accumulate(x);
    data(tape.queue, dy, w.value, dx, into);
  }
}

int64_t multiply_adds(Shape pixels, Shape w) {
  return pixels.pixels() * w.size();
}

}  // namespace

template <class T>
Tensor<T> conv2d(Tape<T>& tape, Tensor<T> x, Tensor<T> w, Tensor<T> bias, bool relu, Place<T> place) {
  const Shape s = x.shape();
  Tensor<T> y = output(tape, {s.n, s.h, s.w, w.value.c}, place, wants_gradient<T>({x, w}));
  kernels::conv2d<T>(tape.queue, x.value, w.value, bias.value.data, y.value, relu);
  tape.note({"conv2d", y.shape(), w.shape().size() + bias.shape().size(), 2 * multiply_adds(s, w.shape())});
  if (y.gradient)
    tape.record([&tape, x, w, bias, y, relu] {
      layer_backward(tape, x, w, bias, y, relu, kernels::conv2d_backward_data<T>, kernels::conv2d_backward_weights<T>);
    });
  return y;
}

template <class T>
Tensor<T> conv_transpose2x2(Tape<T>& tape, Tensor<T> x, Tensor<T> w, Tensor<T> bias, bool relu, Place<T> place) {
  const Shape s = x.shape();
  Tensor<T> y = output(tape, {s.n, 2 * s.h, 2 * s.w, w.value.c}, place, wants_gradient<T>({x, w}));
  kernels::conv_transpose2x2<T>(tape.queue, x.value, w.value, bias.value.data, y.value, relu);
  tape.note({"conv_transpose2x2", y.shape(), w.shape().size() + bias.shape().size(), 2 * multiply_adds(s, w.shape())});
  if (y.gradient)
    tape.record([&tape, x, w, bias, y, relu] {
      layer_backward(tape, x, w, bias, y, relu, kernels::conv_transpose2x2_backward_data<T>,
                     kernels::conv_transpose2x2_backward_weights<T>);
    });
  return y;
}

template <class T>
Tensor<T> dense(Tape<T>& tape, Tensor<T> x, Tensor<T> w, Tensor<T> bias, Shape shape, bool relu) {
  Tensor<T> y = tape.tensor(shape, wants_gradient<T>({x, w}));
  kernels::dense<T>(tape.queue, x.value, w.value, bias.value.data, y.value, relu);
  tape.note({"dense", y.shape(), w.shape().size() + bias.shape().size(), 2 * x.shape().n * w.shape().size()});
  if (y.gradient)
    tape.record([&tape, x, w, bias, y, relu] {
      layer_backward(tape, x, w, bias, y, relu, kernels::dense_backward_data<T>, kernels::dense_backward_weights<T>);
    });
  return y;
}

template <class T>
Tensor<T> max_pool2d(Tape<T>& tape, Tensor<T> x) {
  const Shape s = x.shape();
  Tensor<T> y = tape.tensor({s.n, std::max(1, s.h / 2), std::max(1, s.w / 2), s.c}, x.gradient);
  kernels::max_pool2d<T>(tape.queue, x.value, y.value);
  tape.note({"max_pool2d", y.shape(), 0, 3 * y.shape().size()});
  if (y.gradient)
    tape.record([&tape, x, y] {
      if (!y.gradient->written) return;
      const auto [dx, into] = tape.accumulate(x);
      kernels::max_pool2d_backward<T>(tape.queue, x.value, y.gradient->view, dx, into);
    });
  return y;
}

template <class T>
Tensor<T> activation(Tape<T>& tape, kernels::Activation kind, Tensor<T> x) {
  if (kind == kernels::Activation::none) return x;
  Tensor<T> y = tape.tensor(x.shape(), x.gradient);
  kernels::activation<T>(tape.queue, kind, x.value, y.value);
  tape.note({"activation", y.shape(), 0, y.shape().size()});
  if (y.gradient)
    tape.record([&tape, kind, x, y] {
      if (!y.gradient->written) return;
      const auto [dx, into] = tape.accumulate(x);
      kernels::activation_backward<T>(tape.queue, kind, y.value, y.gradient->view, dx, into);
    });
  return y;
}

template <class T>
Tensor<T> resize_bilinear(Tape<T>& tape, Tensor<T> x, int rows, int columns, Place<T> place) {
  const Shape s = x.shape();
  Tensor<T> y = output(tape, {s.n, rows, columns, s.c}, place, x.gradient);
  kernels::resize_bilinear<T>(tape.queue, x.value, y.value);
  tape.note({"resize_bilinear", y.shape(), 0, 8 * y.shape().size()});
  if (y.gradient)
    tape.record([&tape, x, y] {
      if (!y.gradient->written) return;
      const auto [dx, into] = tape.accumulate(x);
      kernels::resize_bilinear_backward<T>(tape.queue, y.gradient->view, dx, into);
    });
  return y;
}

template <class T>
Tensor<T> add(Tape<T>& tape, Tensor<T> a, Tensor<T> b) {
  Tensor<T> y = tape.tensor(a.shape(), wants_gradient<T>({a, b}));
  kernels::copy<T>(tape.queue, a.value, y.value);
  kernels::copy<T>(tape.queue, b.value, y.value, Into::add);
  tape.note({"add", y.shape(), 0, y.shape().size()});
  if (y.gradient)
    tape.record([&tape, a, b, y] {
      if (!y.gradient->written) return;
      for (const Tensor<T>& t : {a, b}) {
        if (!t.gradient) continue;
        const auto [dx, into] = tape.accumulate(t);
        kernels::copy<T>(tape.queue, y.gradient->view, dx, into);
      }
    });
  return y;
}

template <class T>
Tensor<T> concat(Tape<T>& tape, View<T> buffer, Tensor<T> a, Tensor<T> b) {
  const int channels_a = a.shape().c, channels_b = b.shape().c;
  kernels::require(buffer.c == channels_a + channels_b, "concat: the buffer has " + std::to_string(buffer.c) +
                                                            " channels, its parts " + std::to_string(channels_a) +
                                                            " and " + std::to_string(channels_b));
  Tensor<T> y = tape.input(buffer, wants_gradient<T>({a, b}));
  const auto fill = [&](const Tensor<T>& part, View<T> place) {
    if (part.value.data != place.data) kernels::copy<T>(tape.queue, part.value, place);
  };
  fill(a, buffer.channels(0, channels_a));
  fill(b, buffer.channels(channels_a, channels_b));
  tape.note({"concat", y.shape(), 0, 0});
  if (y.gradient)
    tape.record([&tape, a, b, y, channels_a, channels_b] {
      if (!y.gradient->written) return;
      const View<T> dy = y.gradient->view;
      // The first gradient of a part is its channels of dy themselves.
      const auto pass = [&](const Tensor<T>& part, View<T> channels) {
        if (!part.gradient) return;
        if (!part.gradient->view.data) {
          *part.gradient = {channels, true};
        } else {
          const auto [dx, into] = tape.accumulate(part);
          kernels::copy<T>(tape.queue, channels, dx, into);
        }
      };
      pass(a, dy.channels(0, channels_a));
      pass(b, dy.channels(channels_a, channels_b));
    });
  return y;
}

template <class T>
kernels::LossSum<T> masked_loss(Tape<T>& tape, kernels::Loss loss, Tensor<T> prediction, View<const T> target) {
  const auto [gradient, into] = tape.accumulate(prediction);
  kernels::require(into == Into::write, "masked_loss: the prediction has another use");
  kernels::LossSum<T> sum{};
  kernels::masked_loss<T>(tape.queue, loss, prediction.value, target, sum, gradient);
  return sum;
}

#define INSTANTIATE(T)                                                                             \
  template Tensor<T> conv2d(Tape<T>&, Tensor<T>, Tensor<T>, Tensor<T>, bool, Place<T>);            \
  template Tensor<T> conv_transpose2x2(Tape<T>&, Tensor<T>, Tensor<T>, Tensor<T>, bool, Place<T>); \
  template Tensor<T> dense(Tape<T>&, Tensor<T>, Tensor<T>, Tensor<T>, Shape, bool);                \
  template Tensor<T> max_pool2d(Tape<T>&, Tensor<T>);                                              \
  template Tensor<T> activation(Tape<T>&, kernels::Activation, Tensor<T>);                         \
  template Tensor<T> resize_bilinear(Tape<T>&, Tensor<T>, int, int, Place<T>);                     \
  template Tensor<T> add(Tape<T>&, Tensor<T>, Tensor<T>);                                          \
  template Tensor<T> concat(Tape<T>&, View<T>, Tensor<T>, Tensor<T>);                              \
  template kernels::LossSum<T> masked_loss(Tape<T>&, kernels::Loss, Tensor<T>, View<const T>)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::autograd
