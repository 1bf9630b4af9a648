#pragma once
#include "kernels/cuda/for_each.hpp"
#include "kernels/cuda/product_tile.hpp"
#include "kernels/cuda/products.hpp"

// The kernels of products.hpp, for one way to multiply: each .cu file that includes this makes them for its own.
namespace unetsr::kernels::cuda {

// A product's depth is split between blocks where its sums are too few to fill a GPU; then each split writes its own
// sums, which are added in order. On every GPU the same, so that all give the same bits.
struct Splits {
  int count = 1, steps_each = 0;

  Splits(int64_t blocks, int depth) {
    constexpr int64_t blocks_wanted = 512;
    constexpr int fewest_steps = 4;
    const int steps = (depth + step_depth - 1) / step_depth;
    const int64_t most = std::max(1, steps / fewest_steps);
    const int64_t wanted = std::clamp<int64_t>(blocks_wanted / blocks, 1, most);
    steps_each = std::max(1, int((steps + wanted - 1) / wanted));
    count = std::max(1, (steps + steps_each - 1) / steps_each);
  }
};

struct Place {
  int n, i, j;
};

inline __device__ Place place_of(const Pixels& pixels, int p) {
  const int j = pixels.columns.divide(p), i = pixels.rows.divide(p);
  return {p, i, j};
}

struct Tap {
  int row, column, channel;  // row and column relative to a pixel's
};

// Value k of the depth of a gather.
struct Taps {
  Divisor channels, columns;

  explicit Taps(const Gather& g) : channels(g.image.c), columns(g.columns) {}
  __device__ Tap of(const Gather& g, int k) const {
    const int channel = channels.divide(k), column = columns.divide(k);
    return {k - g.top, column - g.left, channel};
  }
};

inline __device__ const float* gathered(const Gather& g, const Place& place, const Tap& tap) {
  const int row = g.stride * place.i + tap.row, column = g.stride * place.j + tap.column;
  const bool inside = unsigned(row) < unsigned(g.image.h) && unsigned(column) < unsigned(g.image.w);
  return inside ? g.image.pixel(place.n, row, column) + tap.channel : nullptr;
}

// ---- pixel_product

struct PixelProductArguments {
  PixelProduct product;
  Pixels pixels;
  Taps taps;
  int depth, columns;
  Splits splits;
  bool image_in_fours, weights_in_fours;
  float* parts;  // of the splits, each like a contiguous `to`; null where there is one
};

template <class T, bool transposed>
struct PixelProductShared {
  struct Stage {
    DepthInside<T::rows> a;
    std::conditional_t<transposed, DepthInside<T::columns>, DepthOutside<T::columns>> b;
  } stages[cuda::stages];
  Place places[T::rows];
};

// Bound by memory below some 50 channels (9 C / 4 flop a byte in a 3x3 layer), by the multiplication above.
template <class Math, int columns, bool transposed>
__global__ void __launch_bounds__(Tile<128, columns>::threads, 2)
    pixel_product_kernel(PixelProductArguments arguments) {
  using T = Tile<128, columns>;
  const PixelProduct& product = arguments.product;
  auto& shared = shared_memory<PixelProductShared<T, transposed>>();
  const int first_pixel = int(blockIdx.x) * T::rows, first_column = int(blockIdx.y) * T::columns;
  const int phase = int(blockIdx.z) % product.phases, split = int(blockIdx.z) / product.phases;
  const int depth = arguments.depth, channels = product.from.image.c;
  const float* const w = product.w + int64_t(phase) * depth * arguments.columns;

  constexpr Place nowhere = {0, -(1 << 28), 0};
  for (int m = int(threadIdx.x); m < T::rows; m += T::threads)
    shared.places[m] = first_pixel + m < arguments.pixels.count ? place_of(arguments.pixels, first_pixel + m) : nowhere;
  __syncthreads();

  const auto image_value = [&](int k) {
    return [&, k, tap = arguments.taps.of(product.from, k)](int m) -> const float* {
      return k < depth ? gathered(product.from, shared.places[m], tap) : nullptr;
    };
  };
  const auto weight = [&](int k, int n) -> const float* {
    if (k >= depth || first_column + n >= arguments.columns) return nullptr;
    if constexpr (transposed) {
      const int c = arguments.taps.channels.divide(k), last = depth / channels - 1,
                tap = product.flipped ? last - k : k;
      return w + (int64_t(tap) * arguments.columns + first_column + n) * channels + c;
    } else {
      return w + int64_t(k) * arguments.columns + first_column + n;
    }
  };
  const auto load = [&](int step, int stage) {
    auto& s = shared.stages[stage];
    const int k0 = step * step_depth;
    copy_part<T::threads>(s.a, arguments.image_in_fours, [&](int k) { return image_value(k0 + k); });
    copy_part<T::threads>(s.b, arguments.weights_in_fours, [&](int inner) {
      return [&, inner](int outer) { return transposed ? weight(k0 + inner, outer) : weight(k0 + outer, inner); };
    });
  };

  typename T::Sums sums = {};
  const int steps = (depth + step_depth - 1) / step_depth, begin = split * arguments.splits.steps_each;
  walk(begin, std::min(steps, begin + arguments.splits.steps_each), load,
       [&](int stage) { Math::template multiply<T>(shared.stages[stage].a, shared.stages[stage].b, sums); });

  View<float> to = product.to;
  const bool whole = !arguments.parts;
  if (!whole) to = View<float>(arguments.parts + int64_t(split) * to.size(), to.shape());
  const bool in_pairs =
      to.pitch % 2 == 0 && arguments.columns % 2 == 0 && reinterpret_cast<uintptr_t>(to.data) % 8 == 0;
  const auto finished = [&](float sum, int n, const float* at) {
    if (!whole) return sum;
    if (product.bias) sum += product.bias[n];
    if (product.relu) sum = sum < 0 ? 0 : sum;
    if (product.gate) sum = product.gate[at - to.data] > 0 ? sum : 0;
    return product.into == Into::add ? *at + sum : sum;
  };
  T::for_each(sums, [&](int row, int column, float sum, float next) {
    const int n = first_column + column;
    if (first_pixel + row >= arguments.pixels.count || n >= arguments.columns) return;
    const Place place = shared.places[row];
    float* const at = (product.phases == 1 ? to.pixel(place.n, place.i, place.j)
                                           : to.pixel(place.n, 2 * place.i + phase / 2, 2 * place.j + phase % 2)) +
                      n;
    sum = finished(sum, n, at);
    if (n + 1 < arguments.columns) next = finished(next, n + 1, at + 1);
    if (in_pairs) {
      *reinterpret_cast<float2*>(at) = make_float2(sum, next);
    } else {
      at[0] = sum;
      if (n + 1 < arguments.columns) at[1] = next;
    }
  });
}

// The splits' sums in order, with what pixel_product does to a sum.
struct AddParts {
  const float* parts;
  int count;
  PixelProduct product;

  __device__ void operator()(unsigned i) const {
    float sum = 0;
    for (int s = 0; s < count; ++s) sum += parts[int64_t(s) * product.to.size() + i];
    if (product.bias) sum += product.bias[i % unsigned(product.to.c)];
    if (product.relu) sum = sum < 0 ? 0 : sum;
    float& place = value(product.to, i);
    if (product.gate) sum = product.gate[&place - product.to.data] > 0 ? sum : 0;
    put(place, sum, product.into);
  }
};

template <class Math, int columns, bool transposed>
void launch_pixel_product(Stream& stream, const PixelProductArguments& a) {
  using T = Tile<128, columns>;
  const dim3 grid(blocks_for(a.pixels.count, T::rows), blocks_for(a.columns, columns),
                  unsigned(a.splits.count * a.product.phases));
  launch(pixel_product_kernel<Math, columns, transposed>, grid, T::threads, sizeof(PixelProductShared<T, transposed>),
         stream, a);
}

template <class Math, int columns>
void launch_pixel_product(Stream& stream, const PixelProductArguments& a) {
  if (a.product.transposed)
    launch_pixel_product<Math, columns, true>(stream, a);
  else
    launch_pixel_product<Math, columns, false>(stream, a);
}

inline int tile_columns(int columns) {
  return columns <= 16 ? 16 : columns <= 32 ? 32 : 64;
}

template <class Math>
void pixel_product_by(Stream& stream, const PixelProduct& product) {
  const View<const float>& image = product.from.image;
  if (product.to.size() == 0) return;
  const Pixels pixels =
      product.phases == 1 ? Pixels(product.to.n, product.to.h, product.to.w) : Pixels(image.n, image.h, image.w);
  const int depth = product.from.depth(), columns = product.to.c, wide = tile_columns(columns);
  const int64_t blocks = int64_t(blocks_for(pixels.count, 128)) * blocks_for(columns, wide) * product.phases;
  const bool weights_in_fours =
      reinterpret_cast<uintptr_t>(product.w) % 16 == 0 && (product.transposed ? image.c : columns) % 4 == 0;
  PixelProductArguments a{product,         pixels,           Taps(product.from),
                          depth,           columns,          Splits(blocks, depth),
                          in_fours(image), weights_in_fours, nullptr};
  if (a.splits.count > 1) a.parts = stream.workspace<float>(size_t(a.splits.count) * size_t(product.to.size()));
  if (wide == 16)
    launch_pixel_product<Math, 16>(stream, a);
  else if (wide == 32)
    launch_pixel_product<Math, 32>(stream, a);
  else
    launch_pixel_product<Math, 64>(stream, a);
  if (a.parts) for_each(stream, product.to.size(), AddParts{a.parts, a.splits.count, product});
}

// ---- weight_product

struct WeightProductArguments {
  WeightProduct product;
  Pixels pixels;
  Taps taps;
  int rows;  // t and c
  Splits splits;
  bool image_in_fours, dy_in_fours;
  float* parts;  // of the splits, or dw
};

template <class T>
struct WeightProductShared {
  struct Stage {
    DepthOutside<T::rows> a;
    DepthOutside<T::columns> b;
  } stages[cuda::stages];
};

// Reads the image once for each tap and 64 columns, mostly from the cache.
template <class Math, int columns>
__global__ void __launch_bounds__(Tile<64, columns>::threads, 2)
    weight_product_kernel(WeightProductArguments arguments) {
  using T = Tile<64, columns>;
  const WeightProduct& product = arguments.product;
  auto& shared = shared_memory<WeightProductShared<T>>();
  const int first_row = int(blockIdx.x) * T::rows, first_column = int(blockIdx.y) * T::columns;
  const int phase = int(blockIdx.z) % product.phases, split = int(blockIdx.z) / product.phases;
  const int pixels = arguments.pixels.count, all_columns = product.dy.c;

  const auto load = [&](int step, int stage) {
    auto& s = shared.stages[stage];
    const int p0 = step * step_depth;
    copy_part<T::threads>(s.a, arguments.image_in_fours, [&](int row) {
      return [&, row, tap = arguments.taps.of(product.from, first_row + row)](int p) -> const float* {
        if (first_row + row >= arguments.rows || p0 + p >= pixels) return nullptr;
        return gathered(product.from, place_of(arguments.pixels, p0 + p), tap);
      };
    });
    copy_part<T::threads>(s.b, arguments.dy_in_fours, [&](int column) {
      return [&, column](int p) -> const float* {
        if (first_column + column >= all_columns || p0 + p >= pixels) return nullptr;
        if (product.phases == 1) return product.dy.data + int64_t(p0 + p) * product.dy.pitch + first_column + column;
        const Place place = place_of(arguments.pixels, p0 + p);
        return product.dy.pixel(place.n, 2 * place.i + phase / 2, 2 * place.j + phase % 2) + first_column + column;
      };
    });
  };

  typename T::Sums sums = {};
  const int steps = (pixels + step_depth - 1) / step_depth, begin = split * arguments.splits.steps_each;
  walk(begin, std::min(steps, begin + arguments.splits.steps_each), load,
       [&](int stage) { Math::template multiply<T>(shared.stages[stage].a, shared.stages[stage].b, sums); });

  float* const to = arguments.parts + int64_t(split * product.phases + phase) * arguments.rows * all_columns;
  T::for_each(sums, [&](int row, int column, float sum, float next) {
    if (first_row + row >= arguments.rows) return;
    float* const at = to + int64_t(first_row + row) * all_columns + first_column + column;
    if (first_column + column < all_columns) at[0] = sum;
    if (first_column + column + 1 < all_columns) at[1] = next;
  });
}

struct AddWeightParts {
  const float* parts;
  int count;
  int64_t size;
  float* dw;

  __device__ void operator()(unsigned i) const {
    float sum = 0;
    for (int s = 0; s < count; ++s) sum += parts[s * size + i];
    dw[i] = sum;
  }
};

template <class Math, int columns>
void launch_weight_product(Stream& stream, const WeightProductArguments& a) {
  using T = Tile<64, columns>;
  const dim3 grid(blocks_for(a.rows, T::rows), blocks_for(a.product.dy.c, columns),
                  unsigned(a.splits.count * a.product.phases));
  launch(weight_product_kernel<Math, columns>, grid, T::threads, sizeof(WeightProductShared<T>), stream, a);
}

template <class Math>
void weight_product_by(Stream& stream, const WeightProduct& product) {
  const View<const float>&image = product.from.image, &dy = product.dy;
  const Pixels pixels = product.phases == 1 ? Pixels(dy.n, dy.h, dy.w) : Pixels(image.n, image.h, image.w);
  const int rows = product.from.depth(), wide = tile_columns(dy.c);
  const int64_t size = int64_t(rows) * dy.c * product.phases;
  if (size == 0) return;
  const int64_t blocks = int64_t(blocks_for(rows, 64)) * blocks_for(dy.c, wide) * product.phases;
  WeightProductArguments a{product,         pixels,       Taps(product.from), rows, Splits(blocks, pixels.count),
                           in_fours(image), in_fours(dy), product.dw};
  if (a.splits.count > 1) a.parts = stream.workspace<float>(size_t(a.splits.count) * size_t(size));
  if (wide == 16)
    launch_weight_product<Math, 16>(stream, a);
  else if (wide == 32)
    launch_weight_product<Math, 32>(stream, a);
  else
    launch_weight_product<Math, 64>(stream, a);
  if (a.parts != product.dw) for_each(stream, size, AddWeightParts{a.parts, a.splits.count, size, product.dw});
}

}  // namespace unetsr::kernels::cuda
