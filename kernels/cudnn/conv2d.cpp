#include "kernels/cudnn/conv2d.hpp"

#include <type_traits>

#include "kernels/cuda/around_libraries.hpp"
#include "kernels/cuda/channel_sums.hpp"
#include "kernels/cudnn/libraries.hpp"
#include "kernels/cudnn/pixel_matrices.hpp"

namespace unetsr::kernels::cudnn {
namespace {

void describe(const TensorDescriptor& tensor, View<const float> x) {
  const int row = x.w * x.pitch;
  check(cudnnSetTensor4dDescriptorEx(tensor, CUDNN_DATA_FLOAT, x.n, x.c, x.h, x.w, x.h * row, 1, row, x.pitch),
        "cudnnSetTensor4dDescriptorEx");
}

// How cuDNN sees a convolution of an image x with weights (R, S, C, K), which it wants as (K, R, S, C), to an image y.
struct Convolution {
  TensorDescriptor x, y;
  FilterDescriptor w;
  ConvolutionDescriptor convolution;
  int depth, outputs;

  Convolution(Precision precision, View<const float> image, View<const float> weights, View<const float> result)
      : depth(weights.n * weights.h * weights.w), outputs(weights.c) {
    describe(x, image);
    describe(y, result);
    check(
        cudnnSetFilter4dDescriptor(w, CUDNN_DATA_FLOAT, CUDNN_TENSOR_NHWC, weights.c, weights.w, weights.n, weights.h),
        "cudnnSetFilter4dDescriptor");
    check(cudnnSetConvolution2dDescriptor(convolution, weights.n / 2, weights.h / 2, 1, 1, 1, 1,
                                          CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
          "cudnnSetConvolution2dDescriptor");
    const cudnnMathType_t math = precision == Precision::fp32   ? CUDNN_FMA_MATH
                                 : precision == Precision::tf32 ? CUDNN_TENSOR_OP_MATH
                                                                : CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
    check(cudnnSetConvolutionMathType(convolution, math), "cudnnSetConvolutionMathType");
  }

  size_t weights() const { return size_t(depth) * size_t(outputs); }
};

// The first that cuDNN finds to work and to give the same bits each time. `search` is its function of that `name`,
// which takes these descriptors.
template <class Found, class A, class B, class C, class D>
Found deterministic(cudnnStatus_t (*search)(cudnnHandle_t, A, B, C, D, int, int*, Found*), const char* name,
                    cudnnHandle_t dnn, std::type_identity_t<A> a, std::type_identity_t<B> b, std::type_identity_t<C> c,
                    std::type_identity_t<D> d) {
  constexpr int most_found = 16;
  Found found[most_found];
  int count = 0;
  check(search(dnn, a, b, c, d, most_found, &count, found), name);
  for (int i = 0; i < count; ++i)
    if (found[i].status == CUDNN_STATUS_SUCCESS && found[i].determinism == CUDNN_DETERMINISTIC) return found[i];
  throw Error("cuDNN: no deterministic algorithm for a convolution");
}

constexpr float one = 1, zero = 0;

bool is_1x1(View<const float> w) {
  return w.n == 1 && w.h == 1;
}

// Weights in the workspace, and memory of an algorithm behind them.
struct Workspace {
  float* weights;
  void* algorithm;

  Workspace(cuda::Stream& stream, size_t floats, size_t bytes) {
    const size_t rounded = (floats + 63) / 64 * 64;
    weights = stream.workspace<float>(rounded + (bytes + 3) / 4);
    algorithm = weights + rounded;
  }
};

}  // namespace

bool available() {
  return true;
}

void conv2d(Queue& queue, View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu) {
  cuda::Stream& stream = queue.stream();
  if (is_1x1(w)) {
    pixel_matrix(queue, x, w, y);
  } else {
    const Convolution c(queue.precision(), x, w, y);
    const cudnnHandle_t dnn = Libraries::of(stream).dnn;
    const auto best = deterministic(cudnnGetConvolutionForwardAlgorithm_v7, "cudnnGetConvolutionForwardAlgorithm_v7",
                                    dnn, c.x, c.w, c.convolution, c.y);
    const Workspace space(stream, c.weights(), best.memory);
    cuda::transpose(stream, w.data, c.depth, c.outputs, space.weights);
    check(cudnnConvolutionForward(dnn, &one, c.x, x.data, c.w, space.weights, c.convolution, best.algo, space.algorithm,
                                  best.memory, &zero, c.y, y.data),
          "cudnnConvolutionForward");
  }
  cuda::add_bias(stream, bias, relu, y);
}

void conv2d_backward_data(Queue& queue, View<const float> dy, View<const float> w, View<float> dx, Into into,
                          const float* gate) {
  cuda::Stream& stream = queue.stream();
  const size_t aside = gate ? size_t(dx.size()) : 0;  // floats
  const bool add = into == Into::add && !gate;
  View<float> to = dx;
  if (is_1x1(w)) {
    if (gate) to = View<float>(stream.workspace<float>(aside), dx.shape());
    pixel_matrix_backward_data(queue, dy, w, to, add);
  } else {
    if (gate) to = View<float>(nullptr, dx.shape());  // its place is known when the algorithm's need is
    const Convolution c(queue.precision(), to, w, dy);
    const cudnnHandle_t dnn = Libraries::of(stream).dnn;
    const auto best = deterministic(cudnnGetConvolutionBackwardDataAlgorithm_v7,
                                    "cudnnGetConvolutionBackwardDataAlgorithm_v7", dnn, c.w, c.y, c.convolution, c.x);
    const Workspace space(stream, c.weights() + aside, best.memory);
    if (gate) to.data = space.weights + c.weights();
    cuda::transpose(stream, w.data, c.depth, c.outputs, space.weights);
    check(cudnnConvolutionBackwardData(dnn, &one, c.w, space.weights, c.y, dy.data, c.convolution, best.algo,
                                       space.algorithm, best.memory, add ? &one : &zero, c.x, to.data),
          "cudnnConvolutionBackwardData");
  }
  if (gate) cuda::put_gated(stream, to, gate, dx, into);
}

void conv2d_backward_weights(Queue& queue, View<const float> x, View<const float> dy, View<float> dw, float* dbias) {
  cuda::Stream& stream = queue.stream();
  if (is_1x1(dw)) {
    pixel_matrix_backward_weights(queue, x, dy, dw);
  } else {
    const Convolution c(queue.precision(), x, dw, dy);
    const cudnnHandle_t dnn = Libraries::of(stream).dnn;
    const auto best = deterministic(cudnnGetConvolutionBackwardFilterAlgorithm_v7,
                                    "cudnnGetConvolutionBackwardFilterAlgorithm_v7", dnn, c.x, c.y, c.convolution, c.w);
    const Workspace space(stream, c.weights(), best.memory);
    check(cudnnConvolutionBackwardFilter(dnn, &one, c.x, x.data, c.y, dy.data, c.convolution, best.algo,
                                         space.algorithm, best.memory, &zero, c.w, space.weights),
          "cudnnConvolutionBackwardFilter");
    cuda::transpose(stream, space.weights, c.outputs, c.depth, dw.data);
  }
  if (dbias) cuda::channel_sums(stream, dy, dbias);
}

}  // namespace unetsr::kernels::cudnn
