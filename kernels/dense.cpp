#include "kernels/dense.hpp"

#include "kernels/conv2d.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/rows.hpp"

// A dense layer is a 1x1 convolution over one image whose pixels are the batch.
namespace unetsr::kernels {

template <class T>
void dense(Queue& queue, View<const T> x, View<const T> w, const T* bias, View<T> y, bool relu) {
  conv2d<T>(queue, as_rows("dense: x", x), w, bias, as_rows("dense: y", y), relu);
}

template <class T>
void dense_backward_data(Queue& queue, View<const T> dy, View<const T> w, View<T> dx, Into into, const T* gate) {
  conv2d_backward_data<T>(queue, as_rows("dense: dy", dy), w, as_rows("dense: dx", dx), into, gate);
}

template <class T>
void dense_backward_weights(Queue& queue, View<const T> x, View<const T> dy, View<T> dw, T* dbias) {
  conv2d_backward_weights<T>(queue, as_rows("dense: x", x), as_rows("dense: dy", dy), dw, dbias);
}

#define INSTANTIATE(T)                                                                              \
  template void dense(Queue&, View<const T>, View<const T>, const T*, View<T>, bool);               \
  template void dense_backward_data(Queue&, View<const T>, View<const T>, View<T>, Into, const T*); \
  template void dense_backward_weights(Queue&, View<const T>, View<const T>, View<T>, T*)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
