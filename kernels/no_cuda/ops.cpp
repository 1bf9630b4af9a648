#include "kernels/cuda/activation.hpp"
#include "kernels/cuda/adam.hpp"
#include "kernels/cuda/conv2d.hpp"
#include "kernels/cuda/conv_transpose2x2.hpp"
#include "kernels/cuda/copy.hpp"
#include "kernels/cuda/crop.hpp"
#include "kernels/cuda/footprint_mean.hpp"
#include "kernels/cuda/lbp.hpp"
#include "kernels/cuda/masked_loss.hpp"
#include "kernels/cuda/max_pool2d.hpp"
#include "kernels/cuda/multiply.hpp"
#include "kernels/cuda/resize_bilinear.hpp"
#include "kernels/cuda/scale.hpp"
#include "kernels/cuda/shard_mean.hpp"
#include "kernels/no_cuda/absent.hpp"

namespace unetsr::kernels::cuda {

// clang-format off
void activation(Queue&, Activation, View<const float>, View<float>) { absent(); }
void activation_backward(Queue&, Activation, View<const float>, View<const float>, View<float>, Into) { absent(); }
void adam_step(Queue&, const AdamFactors*, int64_t, const float*, float*, float*, float*) { absent(); }
void conv2d(Queue&, View<const float>, View<const float>, const float*, View<float>, bool) { absent(); }
void conv2d_backward_data(Queue&, View<const float>, View<const float>, View<float>, Into, const float*) { absent(); }
void conv2d_backward_weights(Queue&, View<const float>, View<const float>, View<float>, float*) { absent(); }
void conv_transpose2x2(Queue&, View<const float>, View<const float>, const float*, View<float>, bool) { absent(); }
void conv_transpose2x2_backward_data(Queue&, View<const float>, View<const float>, View<float>, Into, const float*) { absent(); }
void conv_transpose2x2_backward_weights(Queue&, View<const float>, View<const float>, View<float>, float*) { absent(); }
void copy(Queue&, View<const float>, View<float>, Into) { absent(); }
void crop(Queue&, View<const float>, std::span<const Crop>, View<float>) { absent(); }
void footprint_mean(Queue&, const Footprints&, View<const float>, View<float>) { absent(); }
void footprint_mean_backward(Queue&, const Footprints&, View<const float>, View<float>, Into) { absent(); }
void lbp(Queue&, const Lbp&, View<const float>, View<float>) { absent(); }
void masked_loss(Queue&, Loss, View<const float>, View<const float>, LossSum<float>*, View<float>, Into) { absent(); }
void max_pool2d(Queue&, View<const float>, View<float>) { absent(); }
void max_pool2d_backward(Queue&, View<const float>, View<const float>, View<float>, Into) { absent(); }
void multiply(Queue&, View<const float>, View<const float>, View<float>, Into) { absent(); }
void multiply_backward_factor(Queue&, View<const float>, View<const float>, View<float>, Into) { absent(); }
void resize_bilinear(Queue&, View<const float>, View<float>) { absent(); }
void resize_bilinear_backward(Queue&, View<const float>, View<float>, Into) { absent(); }
void scale(Queue&, View<const float>, const ChannelScales&, View<float>) { absent(); }
void shard_mean(Queue&, int, int64_t, const float*, const LossValue<double>*, float*, LossValue<double>*) { absent(); }
// clang-format on

}  // namespace unetsr::kernels::cuda
