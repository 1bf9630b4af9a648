#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Local binary patterns (Ojala, Pietikainen, Maenpaa 2002): bit p of a cell's code is 1 where its neighbour p is at
// least as large as the cell itself. Each channel of each image on its own.
//
//   x, y   (N, H, W, C); y holds the codes as numbers
//
// Neighbours lie on a circle of `radius` cells, counter-clockwise from the east: neighbour p at row -radius sin(a),
// column +radius cos(a), a = 2 pi p / points (rows grow downwards). For (8, 1) the eight adjacent cells are taken
// themselves; other neighbours off the cell centres are interpolated bilinearly.
//
//   standard                     sum of bit p 2^p
//   rotation_invariant           the smallest value among the code's rotations
//   uniform                      the code's rank among the codes with at most two 0/1 changes round the circle, the
//                                others share the next number: points (points - 1) + 2
//   rotation_invariant_uniform   the number of ones where at most two changes, else points + 1
//   paper                        8 neighbours, radius 1, as the paper's author computed it: x scaled to 0..1, stretched
//                                to 0..255 and truncated to integers; a bit is set where the neighbour is strictly
//                                greater; (row, column) offsets of bits 0..7: (0,1) (1,1) (1,0) (1,-1) (0,-1) (-1,-1)
//                                (-1,0) (-1,1); neighbours outside the image leave the bit 0
//
// NaN means missing: a code that needs a missing neighbour, or (except `paper`) one outside the image, is NaN.
// 1 <= points <= most_lbp_points, radius > 0. Throws ShapeError.
namespace unetsr::kernels {

constexpr int most_lbp_points = 24;

enum class LbpVariant { standard, rotation_invariant, uniform, rotation_invariant_uniform, paper };

struct Lbp {
  int points = 8;
  double radius = 1;
  LbpVariant variant = LbpVariant::standard;
};

void lbp(Queue&, const Lbp&, View<const float> x, View<float> y);

}  // namespace unetsr::kernels
