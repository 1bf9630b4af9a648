#include "autograd/ops.hpp"

#include <algorithm>
#include <initializer_list>

#include "kernels/conv2d.hpp"
#include "kernels/conv_transpose2x2.hpp"
#include "kernels/copy.hpp"
#include "kernels/dense.hpp"
#include "kernels/max_pool2d.hpp"
#include "kernels/memory.hpp"
#include "kernels/multiply.hpp"
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

// Where an op writes its result.
template <class T>
View<T> output(Tape<T>& tape, Shape shape, Place<T> place) {
  if (!place) return tape.memory(shape);
  kernels::require_shape("the place of an op's result", *place, shape);
  return *place;
}

// The gradient of a parameter, for kernels that write and cannot add: memory aside, added by finish(), where there is
// one already.
template <class T>
class ParameterGradient {
 public:
  ParameterGradient(Tape<T>& tape, const Tensor<T>& parameter) : tape_(tape) {
    if (!parameter.gradient) {
      view = tape.memory(parameter.shape());
      return;
    }
    const auto [gathered, into] = tape.accumulate(parameter);
    if (into == Into::add) gathered_ = gathered;
    view = into == Into::add ? tape.memory(parameter.shape()) : gathered;
  }
  void finish() {
    if (gathered_.data) kernels::copy<T>(tape_.queue, view, gathered_, Into::add);
  }

  View<T> view;

 private:
  Tape<T>& tape_;
  View<T> gathered_;
};

// Whether the kernels can gate the gradient of x by its value: both must have the same layout.
template <class T>
bool can_gate(const Tensor<T>& x) {
  const View<T>& dx = x.gradient->view;
  return x.rectified && x.value.pitch == (dx.data ? dx.pitch : x.value.c);
}

// Gradients of a layer with weights and a bias. `data` and `weights` are the kernels.
template <class T, class Data, class Weights>
void layer_backward(Tape<T>& tape, Tensor<T> x, Tensor<T> w, Tensor<T> bias, Tensor<T> y, bool relu, Data data,
                    Weights weights) {
  if (!y.gradient->written) return;
  const View<T> dy = y.gradient->view;
  // Nobody else needs dy any more: everything that used y has been replayed.
  if (relu && !y.gradient->gated)
    kernels::activation_backward<T>(tape.queue, kernels::Activation::relu, y.value, dy, dy);
  if (wants_gradient<T>({w, bias})) {
    ParameterGradient<T> dw(tape, w), dbias(tape, bias);
    weights(tape.queue, x.value, dy, dw.view, dbias.view.data);
    dw.finish();
    dbias.finish();
  }
  if (x.gradient) {
    const bool gated = can_gate(x);
    const auto [dx, into] = tape.accumulate(x, gated);
    data(tape.queue, dy, w.value, dx, into, gated ? x.value.data : nullptr);
  }
}

// What the layers with weights have in common: the result of `forward`, on the tape.
template <class T, class Forward, class Data, class Weights>
Tensor<T> layer(Tape<T>& tape, const char* name, int64_t uses_of_weights, Tensor<T> x, Tensor<T> w, Tensor<T> bias,
                bool relu, View<T> result, Forward forward, Data data, Weights weights) {
  forward(tape.queue, x.value, w.value, bias.value.data, result, relu);
  Tensor<T> y = tape.result(result, wants_gradient<T>({x, w, bias}));
  y.rectified = relu;
  const int64_t size = w.shape().size();
  tape.note(name, y.shape(), size + bias.shape().size(), 2 * uses_of_weights * size);
  if (y.gradient)
    tape.record(
        [&tape, x, w, bias, y, relu, data, weights] { layer_backward(tape, x, w, bias, y, relu, data, weights); });
  return y;
}

// What the ops of one input and no weights have in common: `backward` gets dy, dx and whether to write or add. With
// `keeps_gate` dx is 0 where x is not above 0, if dy is 0 where y is not.
template <class T, class Backward>
Tensor<T> function_of(Tape<T>& tape, const char* name, int64_t flops, Tensor<T> x, View<T> result, Backward backward,
                      bool keeps_gate = false) {
  Tensor<T> y = tape.result(result, x.gradient);
  y.rectified = keeps_gate && x.rectified;
  tape.note(name, y.shape(), 0, flops);
  if (y.gradient)
    tape.record([&tape, x, y, backward] {
      if (!y.gradient->written) return;
      const auto [dx, into] = tape.accumulate(x, y.rectified && y.gradient->gated);
      backward(tape.queue, x.value, y.value, y.gradient->view, dx, into);
    });
  return y;
}

}  // namespace

template <class T>
Tensor<T> conv2d(Tape<T>& tape, Tensor<T> x, Tensor<T> w, Tensor<T> bias, bool relu, Place<T> place) {
  const Shape s = x.shape();
  return layer(tape, "conv2d", s.pixels(), x, w, bias, relu, output(tape, {s.n, s.h, s.w, w.value.c}, place),
               kernels::conv2d<T>, kernels::conv2d_backward_data<T>, kernels::conv2d_backward_weights<T>);
}

template <class T>
Tensor<T> conv_transpose2x2(Tape<T>& tape, Tensor<T> x, Tensor<T> w, Tensor<T> bias, bool relu, Place<T> place) {
  const Shape s = x.shape();
  return layer(tape, "conv_transpose2x2", s.pixels(), x, w, bias, relu,
               output(tape, {s.n, 2 * s.h, 2 * s.w, w.value.c}, place), kernels::conv_transpose2x2<T>,
               kernels::conv_transpose2x2_backward_data<T>, kernels::conv_transpose2x2_backward_weights<T>);
}

template <class T>
Tensor<T> dense(Tape<T>& tape, Tensor<T> x, Tensor<T> w, Tensor<T> bias, Shape shape, bool relu) {
  return layer(tape, "dense", x.shape().n, x, w, bias, relu, tape.memory(shape), kernels::dense<T>,
               kernels::dense_backward_data<T>, kernels::dense_backward_weights<T>);
}

template <class T>
Tensor<T> max_pool2d(Tape<T>& tape, Tensor<T> x) {
  const Shape s = x.shape();
  const View<T> y = tape.memory({s.n, std::max(1, s.h / 2), std::max(1, s.w / 2), s.c});
  kernels::max_pool2d<T>(tape.queue, x.value, y);
  return function_of(
      tape, "max_pool2d", 3 * y.size(), x, y,
      [](Queue& queue, View<const T> input, View<const T>, View<const T> dy, View<T> dx, Into into) {
        kernels::max_pool2d_backward<T>(queue, input, dy, dx, into);
      },
      true);
}

template <class T>
Tensor<T> activation(Tape<T>& tape, kernels::Activation kind, Tensor<T> x, Place<T> place) {
  if (kind == kernels::Activation::none && !place) return x;
  const View<T> y = output(tape, x.shape(), place);
  kernels::activation<T>(tape.queue, kind, x.value, y);
  return function_of(tape, "activation", y.size(), x, y,
                     [kind](Queue& queue, View<const T>, View<const T> result, View<const T> dy, View<T> dx,
                            Into into) { kernels::activation_backward<T>(queue, kind, result, dy, dx, into); });
}

template <class T>
Tensor<T> resize_bilinear(Tape<T>& tape, Tensor<T> x, int rows, int columns, Place<T> place) {
  const View<T> y = output(tape, {x.value.n, rows, columns, x.value.c}, place);
  kernels::resize_bilinear<T>(tape.queue, x.value, y);
  return function_of(tape, "resize_bilinear", 8 * y.size(), x, y,
                     [](Queue& queue, View<const T>, View<const T>, View<const T> dy, View<T> dx, Into into) {
                       kernels::resize_bilinear_backward<T>(queue, dy, dx, into);
                     });
}

template <class T>
Tensor<T> footprint_mean(Tape<T>& tape, const kernels::Footprints& footprints, Tensor<T> x) {
  const View<T> y = tape.memory({int(footprints.by_footprint.rows()), 1, 1, 1});
  kernels::footprint_mean<T>(tape.queue, footprints, x.value, y);
  return function_of(tape, "footprint_mean", 2 * int64_t(footprints.by_footprint.index.size()), x, y,
                     [footprints](Queue& queue, View<const T>, View<const T>, View<const T> dy, View<T> dx, Into into) {
                       kernels::footprint_mean_backward<T>(queue, footprints, dy, dx, into);
                     });
}

template <class T>
Tensor<T> add(Tape<T>& tape, Tensor<T> a, Tensor<T> b, Place<T> place) {
  const View<T> sum = output(tape, a.shape(), place);
  kernels::copy<T>(tape.queue, a.value, sum);
  kernels::copy<T>(tape.queue, b.value, sum, Into::add);
  const Tensor<T> y = tape.result(sum, wants_gradient<T>({a, b}));
  tape.note("add", y.shape(), 0, sum.size());
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
Tensor<T> multiply(Tape<T>& tape, Tensor<T> x, Tensor<T> factor, Place<T> place) {
  const View<T> product = output(tape, x.shape(), place);
  kernels::multiply<T>(tape.queue, x.value, factor.value, product);
  const Tensor<T> y = tape.result(product, wants_gradient<T>({x, factor}));
  tape.note("multiply", y.shape(), 0, product.size());
  if (y.gradient)
    tape.record([&tape, x, factor, y] {
      if (!y.gradient->written) return;
      const View<T> dy = y.gradient->view;
      if (x.gradient) {
        const auto [dx, into] = tape.accumulate(x);
        kernels::multiply<T>(tape.queue, dy, factor.value, dx, into);
      }
      if (factor.gradient) {
        const auto [dfactor, into] = tape.accumulate(factor);
        kernels::multiply_backward_factor<T>(tape.queue, x.value, dy, dfactor, into);
      }
    });
  return y;
}

template <class T>
Tensor<T> channels(Tape<T>& tape, Tensor<T> x, int first, int count) {
  kernels::require(first >= 0 && count > 0 && first + count <= x.value.c, [&] {
    return "channels: there are no channels " + std::to_string(first) + " to " + std::to_string(first + count - 1) +
           " among " + std::to_string(x.value.c);
  });
  const Tensor<T> y = tape.result(x.value.channels(first, count), x.gradient);
  tape.note("channels", y.shape(), 0, 0);
  if (y.gradient)
    tape.record([&tape, x, y, first, count] {
      if (!y.gradient->written) return;
      const auto [dx, into] = tape.accumulate(x);
      // The other channels have no part in it. A gradient that begins here has no gaps.
      if (into == Into::write) kernels::clear(tape.queue, dx.data, size_t(dx.size()) * sizeof(T));
      kernels::copy<T>(tape.queue, y.gradient->view, dx.channels(first, count), into);
    });
  return y;
}

template <class T>
Tensor<T> concat(Tape<T>& tape, View<T> buffer, Tensor<T> a, Tensor<T> b) {
  const int channels_a = a.shape().c, channels_b = b.shape().c;
  kernels::require(buffer.c == channels_a + channels_b, [&] {
    return "concat: the buffer has " + std::to_string(buffer.c) + " channels, its parts " + std::to_string(channels_a) +
           " and " + std::to_string(channels_b);
  });
  const auto fill = [&](const Tensor<T>& part, View<T> place) {
    if (part.value.data != place.data) kernels::copy<T>(tape.queue, part.value, place);
  };
  fill(a, buffer.channels(0, channels_a));
  fill(b, buffer.channels(channels_a, channels_b));
  Tensor<T> y = tape.result(buffer, wants_gradient<T>({a, b}));
  for (const Tensor<T>& part : {a, b})
    if (part.gradient) y.gradient->last_reader = std::min(y.gradient->last_reader, part.gradient->last_reader);
  y.rectified = a.rectified && b.rectified;
  tape.note("concat", y.shape(), 0, 0);
  if (y.gradient)
    tape.record([&tape, a, b, y, channels_a, channels_b] {
      if (!y.gradient->written) return;
      const View<T> dy = y.gradient->view;
      // The first gradient of a part is its channels of dy themselves.
      const auto pass = [&](const Tensor<T>& part, View<T> channels) {
        if (!part.gradient) return;
        if (!part.gradient->view.data) {
          *part.gradient = {channels, true, y.rectified && y.gradient->gated};
        } else {
          const auto [dx, into] = tape.accumulate(part, y.rectified && y.gradient->gated);
          kernels::copy<T>(tape.queue, channels, dx, into);
        }
      };
      pass(a, dy.channels(0, channels_a));
      pass(b, dy.channels(channels_a, channels_b));
    });
  return y;
}

template <class T>
void masked_loss(Tape<T>& tape, kernels::Loss loss, Tensor<T> prediction, View<const T> target,
                 kernels::LossSum<T>* value, Into into) {
  View<T> gradient;
  if (prediction.gradient) {
    const auto [started, first] = tape.accumulate(prediction);
    kernels::require(first == Into::write, "masked_loss: the gradient of the prediction has been started already");
    gradient = started;
  } else {
    gradient = tape.memory(prediction.shape());
  }
  kernels::masked_loss<T>(tape.queue, loss, prediction.value, target, value, gradient, into);
}

template <class T>
void seed_gradient(Tape<T>& tape, Tensor<T> y, View<const T> gradient) {
  if (!y.gradient) return;
  const auto [dy, into] = tape.accumulate(y);
  kernels::copy<T>(tape.queue, gradient, dy, into);
}

#define INSTANTIATE(T)                                                                                      \
  template Tensor<T> conv2d(Tape<T>&, Tensor<T>, Tensor<T>, Tensor<T>, bool, Place<T>);                     \
  template Tensor<T> conv_transpose2x2(Tape<T>&, Tensor<T>, Tensor<T>, Tensor<T>, bool, Place<T>);          \
  template Tensor<T> dense(Tape<T>&, Tensor<T>, Tensor<T>, Tensor<T>, Shape, bool);                         \
  template Tensor<T> max_pool2d(Tape<T>&, Tensor<T>);                                                       \
  template Tensor<T> activation(Tape<T>&, kernels::Activation, Tensor<T>, Place<T>);                        \
  template Tensor<T> resize_bilinear(Tape<T>&, Tensor<T>, int, int, Place<T>);                              \
  template Tensor<T> footprint_mean(Tape<T>&, const kernels::Footprints&, Tensor<T>);                       \
  template Tensor<T> add(Tape<T>&, Tensor<T>, Tensor<T>, Place<T>);                                         \
  template Tensor<T> multiply(Tape<T>&, Tensor<T>, Tensor<T>, Place<T>);                                    \
  template Tensor<T> channels(Tape<T>&, Tensor<T>, int, int);                                               \
  template Tensor<T> concat(Tape<T>&, View<T>, Tensor<T>, Tensor<T>);                                       \
  template void masked_loss(Tape<T>&, kernels::Loss, Tensor<T>, View<const T>, kernels::LossSum<T>*, Into); \
  template void seed_gradient(Tape<T>&, Tensor<T>, View<const T>)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::autograd
