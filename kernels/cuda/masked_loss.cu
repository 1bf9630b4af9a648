#include "kernels/cuda/masked_loss.hpp"

#include "kernels/cuda/for_each.hpp"
#include "kernels/reference/masked_loss.hpp"

namespace unetsr::kernels::cuda {
namespace {

using Sum = LossValue<double>;

constexpr unsigned block = 256, cells_of_part = 4 * block;

struct Shared {
  Sum sums[block];
};

// What all threads of the block bring, added as a tree.
__device__ Sum sum_of_block(Sum own) {
  auto& shared = shared_memory<Shared>();
  shared.sums[threadIdx.x] = own;
  for (unsigned half = block / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) shared.sums[threadIdx.x] += shared.sums[threadIdx.x + half];
  }
  __syncthreads();
  return shared.sums[0];
}

// A block a part.
__global__ void __launch_bounds__(block)
    sum_parts(Loss loss, View<const float> prediction, View<const float> target, unsigned cells, Sum* parts) {
  Sum own;
  const unsigned first = blockIdx.x * cells_of_part, last = min(first + cells_of_part, cells);
  for (unsigned i = first + threadIdx.x; i < last; i += block) {
    const float wanted = value(target, i);
    if (wanted == wanted) own += {reference::loss_of(loss, double(value(prediction, i)) - double(wanted)), 1};
  }
  const Sum part = sum_of_block(own);
  if (threadIdx.x == 0) parts[blockIdx.x] = part;
}

__global__ void __launch_bounds__(block)
    write_gradient(Loss loss, View<const float> prediction, View<const float> target, unsigned cells, const Sum* parts,
                   unsigned number_of_parts, Sum* total, View<float> gradient, Into into) {
  Sum own;
  for (unsigned i = threadIdx.x; i < number_of_parts; i += block) own += parts[i];
  const Sum sum = sum_of_block(own);
  if (blockIdx.x == 0 && threadIdx.x == 0) {
    Sum before;
    if (into == Into::add) before = *total;
    *total = before += sum;
  }
  for (unsigned i = blockIdx.x * block + threadIdx.x; i < cells; i += gridDim.x * block) {
    const float wanted = value(target, i);
    const double slope = reference::loss_gradient(loss, double(value(prediction, i)) - double(wanted));
    value(gradient, i) = wanted == wanted ? float(slope / double(sum.count)) : 0;
  }
}

}  // namespace

void masked_loss(Queue& queue, Loss loss, View<const float> prediction, View<const float> target, LossSum<float>* value,
                 View<float> gradient, Into into) {
  Stream& stream = queue.stream();
  require(target.size() <= int64_t(1) << 31,
          "masked_loss: an array of " + std::to_string(target.size()) + " values is too large for one kernel");
  const unsigned cells = unsigned(target.size()), parts = blocks_for(cells, cells_of_part);
  Sum* const sums = stream.workspace<Sum>(parts);
  launch(sum_parts, parts, block, sizeof(Shared), stream, loss, prediction, target, cells, sums);
  const unsigned blocks = std::clamp(blocks_for(cells, block), 1u, unsigned(stream.multiprocessors()) * 8);
  launch(write_gradient, blocks, block, sizeof(Shared), stream, loss, prediction, target, cells, sums, parts, value,
         gradient, into);
}

}  // namespace unetsr::kernels::cuda
