#pragma once
#include <cstdint>

// The transforms of Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016), for every instruction set. A tile
// is 4x4 output pixels, its patch the 6x6 input pixels that they see, and a product is taken at each of 36 points:
//
//   output   Y = A' [(G g G') . (B' d B)] A        weight gradient   dg = G' [(B' d B) . (A dY A')] G
//
// At each point the products over channels, or over tiles, are matrix products.
namespace unetsr::kernels::cpu {

constexpr int winograd_points = 36, winograd_tile = 4, winograd_patch = 6;

// v(point, channel) = B' d B of one patch, of which the pixels outside [top, bottom) x [left, right) are 0.
struct WinogradInput {
  const float *x, *next;  // the first pixel of the patch, and of one that comes soon, wherever they lie
  int64_t x_row, x_pixel;
  int top, bottom, left, right, channels;
  float* v;
  int64_t v_point, v_block;  // strides: points, blocks of 16 channels
};

// y = (or +=) A' m A + bias of one tile, cut to `rows` x `columns` pixels and `channels` of its chunk.
struct WinogradOutput {
  const float* m;
  int64_t m_point;
  const float* bias;
  float *y, *next;  // and that of a tile that comes soon
  int64_t y_row, y_pixel;
  int rows, columns, channels;
  bool relu, add;
  const float* gate;  // lies as y does, or null: where it is not above 0 the sum counts as 0
};

// z(point, channel) = A dy A' of one tile, of which only `rows` x `columns` pixels exist.
struct WinogradGradient {
  const float *dy, *next;
  int64_t dy_row, dy_pixel;
  int rows, columns, channels;
  int vectors;  // of a chunk of channels
  float* z;
  int64_t z_point, z_chunk;  // strides: points, chunks of channels
};

// u(point, c, k) = G w G' for `inputs` channels c and a chunk of `vectors` vectors of output channels k, of which
// `outputs` exist. `turned`: w is turned by 180 degrees and its memory holds [tap][output][input], as the data gradient
// needs it.
struct WinogradWeights {
  const float* w;
  int64_t w_tap, w_row;  // strides: taps, rows of a tap's matrix
  int inputs, outputs, vectors;
  bool turned;
  float* u;  // [point][c][vectors * lanes]
  int64_t u_point;
};

// dw(tap, c, k) = G' du G summed over `parts` partial sums, for `inputs` channels c and one vector of `outputs` k.
struct WinogradWeightGradient {
  const float* du;
  int64_t du_part, du_point, du_channel;  // strides
  int parts, inputs, outputs;
  float* dw;
  int64_t dw_tap, dw_row;
};

struct WinogradKernels {
  void (*input)(const WinogradInput&);
  void (*output)(const WinogradOutput&);
  void (*gradient)(const WinogradGradient&);
  void (*weights)(const WinogradWeights&);
  void (*weight_gradient)(const WinogradWeightGradient&);
};

}  // namespace unetsr::kernels::cpu
