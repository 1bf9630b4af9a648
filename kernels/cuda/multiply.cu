#include "kernels/cuda/for_each.hpp"
#include "kernels/cuda/multiply.hpp"

namespace unetsr::kernels::cuda {
namespace {

template <class T>
struct MultiplyEach {
  View<const T> a, b;
  View<T> y;
  Into into;

  __device__ void operator()(unsigned i) const {
    put(value(y, i), map([](float p, float q) { return p * q; }, value(a, i), value(b, i)), into);
  }
};

template <class T>
struct MultiplyPixels {
  View<const T> x;
  View<const float> factor;
  View<T> y;
  Into into;

  __device__ void operator()(unsigned i) const {
    const float by = factor.data[int64_t(i / unsigned(x.c)) * factor.pitch];
    put(value(y, i), map([by](float a) { return a * by; }, value(x, i)), into);
  }
};

// One thread a pixel: the channels that it sums lie side by side, and in one order.
struct SumProducts {
  View<const float> x, dy;
  View<float> dfactor;
  Into into;

  __device__ void operator()(unsigned pixel) const {
    const float* const a = x.data + int64_t(pixel) * x.pitch;
    const float* const b = dy.data + int64_t(pixel) * dy.pitch;
    float sum = 0;
    for (int c = 0; c < x.c; ++c) sum += a[c] * b[c];
    put(dfactor.data[int64_t(pixel) * dfactor.pitch], sum, into);
  }
};

template <class T>
void run_each(Queue& queue, View<const float> a, View<const float> b, View<float> y, Into into) {
  const View<T> to = view_as<T>(y);
  for_each(queue.stream(), to.size(), MultiplyEach<T>{view_as<T>(a), view_as<T>(b), to, into});
}

void multiply_each(Queue& queue, View<const float> a, View<const float> b, View<float> y, Into into) {
  flatten(a, b, y);
  in_fours(a, b, y) ? run_each<float4>(queue, a, b, y, into) : run_each<float>(queue, a, b, y, into);
}

template <class T>
void run_pixels(Queue& queue, View<const float> x, View<const float> factor, View<float> y, Into into) {
  const View<T> to = view_as<T>(y);
  for_each(queue.stream(), to.size(), MultiplyPixels<T>{view_as<T>(x), factor, to, into});
}

}  // namespace

void multiply(Queue& queue, View<const float> x, View<const float> factor, View<float> y, Into into) {
  if (factor.c == x.c) return multiply_each(queue, x, factor, y, into);
  in_fours(x, y) ? run_pixels<float4>(queue, x, factor, y, into) : run_pixels<float>(queue, x, factor, y, into);
}

void multiply_backward_factor(Queue& queue, View<const float> x, View<const float> dy, View<float> dfactor, Into into) {
  if (dfactor.c == x.c) return multiply_each(queue, x, dy, dfactor, into);
  for_each(queue.stream(), x.pixels(), SumProducts{x, dy, dfactor, into});
}

}  // namespace unetsr::kernels::cuda
