#include "kernels/cuda/activation.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

__device__ float activate(Activation kind, float x) {
  switch (kind) {
    case Activation::none:
      return x;
    case Activation::relu:
      return x < 0 ? 0 : x;
    case Activation::softplus:
      return (x < 0 ? 0 : x) + log1pf(expf(-fabsf(x)));
    case Activation::sigmoid:
      return 1 / (1 + expf(-x));
  }
  return x;
}

__device__ float gradient(Activation kind, float y, float dy) {
  switch (kind) {
    case Activation::none:
      return dy;
    case Activation::relu:
      return y > 0 ? dy : 0;
    case Activation::softplus:
      return -dy * expm1f(-y);
    case Activation::sigmoid:
      return dy * y * (1 - y);
  }
  return dy;
}

template <class T>
struct Forward {
  Activation kind;
  View<const T> x;
  View<T> y;

  __device__ void operator()(unsigned i) const {
    value(y, i) = map([this](float a) { return activate(kind, a); }, value(x, i));
  }
};

template <class T>
struct Backward {
  Activation kind;
  View<const T> y, dy;
  View<T> dx;
  Into into;

  __device__ void operator()(unsigned i) const {
    put(value(dx, i), map([this](float a, float g) { return gradient(kind, a, g); }, value(y, i), value(dy, i)), into);
  }
};

template <class T>
void run(Queue& queue, Activation kind, View<const float> x, View<float> y) {
  const View<T> to = view_as<T>(y);
  for_each(queue.stream(), to.size(), Forward<T>{kind, view_as<T>(x), to});
}

template <class T>
void run_backward(Queue& queue, Activation kind, View<const float> y, View<const float> dy, View<float> dx, Into into) {
  const View<T> to = view_as<T>(dx);
  for_each(queue.stream(), to.size(), Backward<T>{kind, view_as<T>(y), view_as<T>(dy), to, into});
}

}  // namespace

void activation(Queue& queue, Activation kind, View<const float> x, View<float> y) {
  flatten(x, y);
  in_fours(x, y) ? run<float4>(queue, kind, x, y) : run<float>(queue, kind, x, y);
}

void activation_backward(Queue& queue, Activation kind, View<const float> y, View<const float> dy, View<float> dx,
                         Into into) {
  flatten(y, dy, dx);
  in_fours(y, dy, dx) ? run_backward<float4>(queue, kind, y, dy, dx, into)
                      : run_backward<float>(queue, kind, y, dy, dx, into);
}

}  // namespace unetsr::kernels::cuda
