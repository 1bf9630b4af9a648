#include "kernels/cuda/footprint_mean.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

// One thread a row, in the order of its entries. Bound by the gathering of x.
struct SparseProduct {
  const int64_t* begin;
  const int32_t* index;
  const float* weight;
  View<const float> x;
  View<float> y;
  Into into;

  __device__ void operator()(unsigned row) const {
    float sum = 0;
    for (int64_t k = begin[row]; k < begin[row + 1]; ++k) sum += weight[k] * x.data[int64_t(index[k]) * x.pitch];
    put(y.data[int64_t(row) * y.pitch], sum, into);
  }
};

void sparse_product(Queue& queue, const SparseRows& a, View<const float> x, View<float> y, Into into) {
  for_each(queue.stream(), a.rows(), SparseProduct{a.begin.data(), a.index.data(), a.weight.data(), x, y, into});
}

}  // namespace

void footprint_mean(Queue& queue, const Footprints& footprints, View<const float> x, View<float> y) {
  sparse_product(queue, footprints.by_footprint, x, y, Into::write);
}

void footprint_mean_backward(Queue& queue, const Footprints& footprints, View<const float> dy, View<float> dx,
                             Into into) {
  sparse_product(queue, footprints.by_cell, dy, dx, into);
}

}  // namespace unetsr::kernels::cuda
