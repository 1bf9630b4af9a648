#include "kernels/cuda/crop.hpp"
#include "kernels/cuda/footprint_mean.hpp"
#include "kernels/cuda/lbp.hpp"
#include "kernels/cuda/resize_bilinear.hpp"
#include "kernels/error.hpp"

// The ops that have no twin yet: each leaves this file, and the list in tests/cuda/twins_test.cpp, when its own .cu
// comes.
namespace unetsr::kernels::cuda {
namespace {

[[noreturn]] void unwritten(const char* op) {
  throw Error(std::string(op) + " has no CUDA kernel");
}

}  // namespace

// clang-format off
void crop(Queue&, View<const float>, std::span<const Crop>, View<float>) { unwritten("crop"); }
void footprint_mean(Queue&, const Footprints&, View<const float>, View<float>) { unwritten("footprint_mean"); }
void footprint_mean_backward(Queue&, const Footprints&, View<const float>, View<float>, Into) { unwritten("footprint_mean_backward"); }
void lbp(Queue&, const Lbp&, View<const float>, View<float>) { unwritten("lbp"); }
void resize_bilinear(Queue&, View<const float>, View<float>) { unwritten("resize_bilinear"); }
void resize_bilinear_backward(Queue&, View<const float>, View<float>, Into) { unwritten("resize_bilinear_backward"); }
// clang-format on

}  // namespace unetsr::kernels::cuda
