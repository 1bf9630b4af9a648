#pragma once
#include "kernels/cuda/launch.hpp"
#include "kernels/view.hpp"

// For twins bound by memory: one thread a value or, where all views allow it, four channels at once.
namespace unetsr::kernels::cuda {

constexpr int64_t most_values = int64_t(1) << 31;  // of one kernel

template <class Task>
__global__ void __launch_bounds__(256) for_each_kernel(Task task, unsigned count) {
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) task(i);
}

// task(i) for each i in 0 .. count - 1, in any order; a struct whose operator() is __device__.
template <class Task>
void for_each(Stream& stream, int64_t count, const Task& task) {
  constexpr int block = 256;
  require(count <= most_values,
          [&] { return "an array of " + std::to_string(count) + " values is too large for one kernel"; });
  const unsigned at_once = unsigned(stream.multiprocessors()) * 16;  // blocks; more would only wait
  launch(for_each_kernel<Task>, std::min(blocks_for(count, block), at_once), block, 0, stream, task, unsigned(count));
}

// f(first image, part of x, part of y) for parts of views of one height and width, rows of one image each, of at most
// `most` values, or one row: where the views as a whole are too large for one kernel.
template <class X, class Y, class F>
void for_each_part(View<X> x, View<Y> y, int64_t most, const F& f) {
  const auto rows_of = [](auto view, int n, int row, int rows) {
    view.data = view.pixel(n, row, 0);
    view.n = 1, view.h = rows;
    return view;
  };
  const int at_once = int(std::clamp<int64_t>(most / (int64_t(x.w) * std::max(x.c, y.c)), 1, x.h));
  for (int n = 0; n < x.n; ++n)
    for (int row = 0; row < x.h; row += at_once) {
      const int rows = std::min(at_once, x.h - row);
      f(n, rows_of(x, n, row, rows), rows_of(y, n, row, rows));
    }
}

// Whether each view's channels are aligned groups of four, so that it can be seen as a View of float4.
template <class... Views>
bool in_fours(const Views&... views) {
  return ((views.c % 4 == 0 && views.pitch % 4 == 0 && reinterpret_cast<uintptr_t>(views.data) % 16 == 0) && ...);
}

template <class From, class To>
struct SameConst {
  using type = To;
};
template <class From, class To>
struct SameConst<const From, To> {
  using type = const To;
};

// The view as values of type T: float, or float4 where it is in_fours().
template <class T, class Value>
auto view_as(View<Value> view) {
  using To = typename SameConst<Value, T>::type;
  constexpr int width = int(sizeof(T) / sizeof(float));
  return View<To>(reinterpret_cast<To*>(view.data), view.n, view.h, view.w, view.c / width, view.pitch / width);
}

// Contiguous views as one pixel each, so that many more are in_fours().
template <class... Views>
void flatten(Views&... views) {
  if (!(views.contiguous() && ...)) return;
  const auto flat = [](auto& view) {
    if (view.size() > 0 && view.size() <= 0x7fffffff) view = {view.data, 1, 1, 1, int(view.size())};
  };
  (flat(views), ...);
}

// The i-th value of a view, in NHWC order.
template <class T>
__device__ T& value(const View<T>& view, unsigned i) {
  if (view.pitch == view.c) return view.data[i];
  return view.data[int64_t(i / unsigned(view.c)) * view.pitch + i % unsigned(view.c)];
}

// f of each component.
template <class F>
__device__ float map(F f, float a) {
  return f(a);
}
template <class F>
__device__ float4 map(F f, float4 a) {
  return {f(a.x), f(a.y), f(a.z), f(a.w)};
}
template <class F>
__device__ float map(F f, float a, float b) {
  return f(a, b);
}
template <class F>
__device__ float4 map(F f, float4 a, float4 b) {
  return {f(a.x, b.x), f(a.y, b.y), f(a.z, b.z), f(a.w, b.w)};
}

// Writes or adds.
template <class T>
__device__ void put(T& to, T result, Into into) {
  to = into == Into::add ? map([](float a, float b) { return a + b; }, to, result) : result;
}

}  // namespace unetsr::kernels::cuda
