#include "kernels/cudnn/pixel_matrices.hpp"

#include "kernels/cudnn/libraries.hpp"

namespace unetsr::kernels::cudnn {
namespace {

cublasHandle_t handle(Queue& queue) {
  const cublasHandle_t blas = Libraries::of(queue.stream()).blas;
  check(
      cublasSetMathMode(blas, queue.precision() == Precision::fp32 ? CUBLAS_PEDANTIC_MATH : CUBLAS_TF32_TENSOR_OP_MATH),
      "cublasSetMathMode");
  return blas;
}

}  // namespace

// cuBLAS has columns where we have rows: each matrix is seen as its transpose.
void pixel_matrix(Queue& queue, View<const float> x, View<const float> w, View<float> y) {
  const float one = 1, zero = 0;
  check(cublasSgemm(handle(queue), CUBLAS_OP_N, CUBLAS_OP_N, y.c, int(y.pixels()), x.c, &one, w.data, w.c, x.data,
                    x.pitch, &zero, y.data, y.pitch),
        "cublasSgemm");
}

void pixel_matrix_backward_data(Queue& queue, View<const float> dy, View<const float> w, View<float> dx, bool add) {
  const float one = 1, before = add ? 1 : 0;
  check(cublasSgemm(handle(queue), CUBLAS_OP_T, CUBLAS_OP_N, dx.c, int(dx.pixels()), dy.c, &one, w.data, w.c, dy.data,
                    dy.pitch, &before, dx.data, dx.pitch),
        "cublasSgemm");
}

void pixel_matrix_backward_weights(Queue& queue, View<const float> x, View<const float> dy, View<float> dw) {
  const float one = 1, zero = 0;
  check(cublasSgemm(handle(queue), CUBLAS_OP_N, CUBLAS_OP_T, dy.c, x.c, int(x.pixels()), &one, dy.data, dy.pitch,
                    x.data, x.pitch, &zero, dw.data, dw.c),
        "cublasSgemm");
}

}  // namespace unetsr::kernels::cudnn
