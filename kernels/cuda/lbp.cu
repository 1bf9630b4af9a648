#include "kernels/cuda/lbp.hpp"

#include "kernels/cuda/for_each.hpp"
#include "kernels/reference/lbp.hpp"

namespace unetsr::kernels::cuda {
namespace {

constexpr int most_uniform_codes = most_lbp_points * (most_lbp_points - 1) + 2;

struct Neighbours {
  int count;
  reference::Neighbour of[most_lbp_points];

  explicit Neighbours(const Lbp& options) {
    const std::vector<reference::Neighbour> all = reference::neighbours_of(options);
    count = int(all.size());
    std::copy(all.begin(), all.end(), of);
  }
};

// reference::CodeLabels for kernels: it travels as an argument.
struct Labels {
  LbpVariant variant;
  int points, uniform_codes = 0;
  uint32_t uniform[most_uniform_codes];  // ascending

  explicit Labels(const Lbp& options) : variant(options.variant), points(options.points) {
    if (variant != LbpVariant::uniform) return;
    const std::vector<uint32_t> codes = reference::uniform_codes(points);
    uniform_codes = int(codes.size());
    std::copy(codes.begin(), codes.end(), uniform);
  }

  __device__ uint32_t rank(uint32_t code) const {
    int first = 0, last = uniform_codes;
    while (first < last) {
      const int middle = (first + last) / 2;
      if (uniform[middle] < code)
        first = middle + 1;
      else
        last = middle;
    }
    return uint32_t(first < uniform_codes && uniform[first] == code ? first : uniform_codes);
  }

  __device__ uint32_t operator()(uint32_t code) const {
    switch (variant) {
      case LbpVariant::standard:
      case LbpVariant::paper:
        return code;
      case LbpVariant::rotation_invariant:
        return reference::smallest_rotation(code, points);
      case LbpVariant::uniform:
        return rank(code);
      case LbpVariant::rotation_invariant_uniform:
        return uint32_t(reference::changes_round_the_circle(code, points) <= 2 ? __popc(code) : points + 1);
    }
    return code;
  }
};

__device__ float missing() {
  return __uint_as_float(0x7fc00000u);
}

// The cell that a thread has, and its image's neighbours.
struct Cell {
  int n, i, j, c;

  __device__ Cell(const View<float>& y, unsigned value) {
    const unsigned pixel = value / unsigned(y.c), line = pixel / unsigned(y.w);
    n = int(line / unsigned(y.h)), i = int(line % unsigned(y.h)), j = int(pixel % unsigned(y.w));
    c = int(value % unsigned(y.c));
  }
};

// reference::difference, each product and sum rounded as the host rounds it: a fused one could change a sign.
__device__ double difference(const View<const float>& x, const Cell& cell, const reference::Neighbour& neighbour) {
  const double centre = x(cell.n, cell.i, cell.j, cell.c);
  double sum = 0;
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b) {
      const double weight = __dmul_rn(a ? neighbour.row_weight : 1 - neighbour.row_weight,
                                      b ? neighbour.column_weight : 1 - neighbour.column_weight);
      if (weight == 0) continue;
      const int row = cell.i + neighbour.row + a, column = cell.j + neighbour.column + b;
      if (unsigned(row) >= unsigned(x.h) || unsigned(column) >= unsigned(x.w)) return missing();
      sum = __dadd_rn(sum, __dmul_rn(weight, x(cell.n, row, column, cell.c) - centre));
    }
  return sum;
}

// Bound by the double precision of the differences off the cell centres, else by memory.
struct Circle {
  Neighbours neighbours;
  Labels labels;
  View<const float> x;
  View<float> y;

  __device__ void operator()(unsigned value) const {
    const Cell cell(y, value);
    uint32_t code = 0;
    bool complete = true;
    for (int p = 0; p < neighbours.count; ++p) {
      const double d = difference(x, cell, neighbours.of[p]);
      complete = complete && d == d;
      code |= uint32_t(d >= 0) << p;
    }
    y(cell.n, cell.i, cell.j, cell.c) = complete ? float(labels(code)) : missing();
  }
};

// The least and the greatest value of a channel of an image.
struct Extent {
  float low, high;

  __device__ void join(const Extent& o) { low = fminf(low, o.low), high = fmaxf(high, o.high); }
};

constexpr int block = 256, parts_of_plane = 64;

struct Shared {
  Extent extents[block];
};

// parts (n, c, part)
__global__ void __launch_bounds__(block) find_extents(View<const float> x, Extent* parts) {
  auto& shared = shared_memory<Shared>();
  const int n = int(blockIdx.x) / x.c, c = int(blockIdx.x) % x.c;
  const int64_t pixels = int64_t(x.h) * x.w;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  Extent own = {infinity, -infinity};
  for (int64_t p = int64_t(blockIdx.y) * block + threadIdx.x; p < pixels; p += parts_of_plane * block) {
    const float value = x.data[(n * pixels + p) * x.pitch + c];
    own.join({value, value});  // the lesser or greater of a number and NaN is the number
  }
  shared.extents[threadIdx.x] = own;
  for (unsigned half = block / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) shared.extents[threadIdx.x].join(shared.extents[threadIdx.x + half]);
  }
  if (threadIdx.x == 0) parts[int64_t(blockIdx.x) * parts_of_plane + blockIdx.y] = shared.extents[0];
}

struct JoinExtents {
  const Extent* parts;
  Extent* extents;  // (n, c)

  __device__ void operator()(unsigned plane) const {
    Extent extent = parts[plane * parts_of_plane];
    for (int i = 1; i < parts_of_plane; ++i) extent.join(parts[plane * parts_of_plane + i]);
    extents[plane] = extent;
  }
};

// reference::Stretch
__device__ float stretched(const Extent& extent, float value) {
  if (value != value) return value;
  const double low = extent.low, high = extent.high;
  return high > low ? float(trunc(__dmul_rn((value - low) / (high - low), 255))) : 0.0f;
}

// Bound by memory.
struct Paper {
  Neighbours neighbours;
  const Extent* extents;
  View<const float> x;
  View<float> y;

  __device__ void operator()(unsigned value) const {
    const Cell cell(y, value);
    const Extent extent = extents[cell.n * x.c + cell.c];
    const float centre = stretched(extent, x(cell.n, cell.i, cell.j, cell.c));
    uint32_t code = 0;
    bool complete = centre == centre;
    for (int p = 0; p < neighbours.count; ++p) {
      const int row = cell.i + neighbours.of[p].row, column = cell.j + neighbours.of[p].column;
      if (unsigned(row) >= unsigned(x.h) || unsigned(column) >= unsigned(x.w)) continue;
      const float other = stretched(extent, x(cell.n, row, column, cell.c));
      complete = complete && other == other;
      code |= uint32_t(other > centre) << p;
    }
    y(cell.n, cell.i, cell.j, cell.c) = complete ? float(code) : missing();
  }
};

const Extent* extents_of(Stream& stream, View<const float> x) {
  const int planes = x.n * x.c;
  Extent* const extents = stream.workspace<Extent>(size_t(planes) * (parts_of_plane + 1));
  Extent* const parts = extents + planes;
  launch(find_extents, dim3(unsigned(planes), parts_of_plane), block, sizeof(Shared), stream, x, parts);
  for_each(stream, planes, JoinExtents{parts, extents});
  return extents;
}

}  // namespace

void lbp(Queue& queue, const Lbp& options, View<const float> x, View<float> y) {
  if (x.size() == 0) return;
  Stream& stream = queue.stream();
  if (options.variant == LbpVariant::paper)
    for_each(stream, y.size(), Paper{Neighbours(options), extents_of(stream, x), x, y});
  else
    for_each(stream, y.size(), Circle{Neighbours(options), Labels(options), x, y});
}

}  // namespace unetsr::kernels::cuda
