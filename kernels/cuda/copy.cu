#include "kernels/cuda/copy.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

template <class T>
struct Copy {
  View<const T> x;
  View<T> y;
  Into into;

  __device__ void operator()(unsigned i) const { put(value(y, i), value(x, i), into); }
};

template <class T>
void run(Queue& queue, View<const float> x, View<float> y, Into into) {
  const View<T> to = view_as<T>(y);
  for_each(queue.stream(), to.size(), Copy<T>{view_as<T>(x), to, into});
}

}  // namespace

void copy(Queue& queue, View<const float> x, View<float> y, Into into) {
  flatten(x, y);
  in_fours(x, y) ? run<float4>(queue, x, y, into) : run<float>(queue, x, y, into);
}

}  // namespace unetsr::kernels::cuda
