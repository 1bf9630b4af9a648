#include "kernels/cuda/channel_sums.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

constexpr int lanes = 32, rows = 8;

struct Shared {
  float sums[rows][lanes];
};

// A block sums some pixels for 32 channels; where there are fewer, a row of lanes takes several pixels at once. Bound
// by memory.
__global__ void __launch_bounds__(lanes* rows)
    sum_pixels(View<const float> x, int64_t pixels_each, int pixels_at_once, float* parts) {
  auto& shared = shared_memory<Shared>();
  const int lane = int(threadIdx.x) % lanes, row = int(threadIdx.x) / lanes;
  const int width = min(x.c, lanes), channel = int(blockIdx.y) * lanes + lane % width;
  const bool takes_part = lane < width * pixels_at_once && channel < x.c;
  const int64_t begin = blockIdx.x * pixels_each, last = begin + pixels_each,
                end = last < x.pixels() ? last : x.pixels();
  float sum = 0;
  if (takes_part)
    for (int64_t p = begin + row * pixels_at_once + lane / width; p < end; p += rows * pixels_at_once)
      sum += x.data[p * x.pitch + channel];
  shared.sums[row][lane] = sum;
  __syncthreads();
  if (int(threadIdx.x) >= width || channel >= x.c) return;
  float total = 0;
  for (int r = 0; r < rows; ++r)
    for (int k = 0; k < pixels_at_once; ++k) total += shared.sums[r][lane + k * width];
  parts[int64_t(blockIdx.x) * x.c + channel] = total;
}

struct AddParts {
  const float* parts;
  int count, channels;
  float* sums;

  __device__ void operator()(unsigned c) const {
    float sum = 0;
    for (int i = 0; i < count; ++i) sum += parts[int64_t(i) * channels + c];
    sums[c] = sum;
  }
};

}  // namespace

void channel_sums(Stream& stream, View<const float> x, float* sums) {
  constexpr int64_t most_blocks = 256, fewest_pixels = 256;
  const int64_t pixels_each = std::max((x.pixels() + most_blocks - 1) / most_blocks, fewest_pixels);
  const int blocks = int(std::max<int64_t>(1, (x.pixels() + pixels_each - 1) / pixels_each));
  const int pixels_at_once = x.c < lanes ? lanes / x.c : 1;
  float* const parts = stream.workspace<float>(size_t(blocks) * size_t(x.c));
  launch(sum_pixels, dim3(unsigned(blocks), blocks_for(x.c, lanes)), lanes * rows, sizeof(Shared), stream, x,
         pixels_each, pixels_at_once, parts);
  for_each(stream, x.c, AddParts{parts, blocks, x.c, sums});
}

}  // namespace unetsr::kernels::cuda
