#include "kernels/cuda/around_libraries.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

struct Transpose {
  const float* from;
  int rows, columns;
  float* to;

  __device__ void operator()(unsigned i) const {
    const unsigned row = i % unsigned(rows), column = i / unsigned(rows);
    to[i] = from[int64_t(row) * columns + column];
  }
};

struct AddBias {
  const float* bias;
  bool relu;
  View<float> y;

  __device__ void operator()(unsigned i) const {
    float& place = value(y, i);
    const float sum = bias ? place + bias[i % unsigned(y.c)] : place;
    place = relu && sum < 0 ? 0 : sum;
  }
};

struct PutGated {
  View<const float> from;
  const float* gate;
  View<float> dx;
  Into into;

  __device__ void operator()(unsigned i) const {
    float& place = value(dx, i);
    put(place, gate[&place - dx.data] > 0 ? value(from, i) : 0.0f, into);
  }
};

}  // namespace

void transpose(Stream& stream, const float* from, int rows, int columns, float* to) {
  for_each(stream, int64_t(rows) * columns, Transpose{from, rows, columns, to});
}

void add_bias(Stream& stream, const float* bias, bool relu, View<float> y) {
  if (bias || relu) for_each(stream, y.size(), AddBias{bias, relu, y});
}

void put_gated(Stream& stream, View<const float> from, const float* gate, View<float> dx, Into into) {
  for_each(stream, dx.size(), PutGated{from, gate, dx, into});
}

}  // namespace unetsr::kernels::cuda
