#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <optional>
#include <vector>

#include "data/correction/map_error.hpp"
#include "data/correction/node_products.hpp"
#include "data/correction/scaled_soundings.hpp"

namespace unetsr::data {

// An approximate inverse of 1 + B C B' that is symmetric and positive definite:
//   M = T + L C L',  T^-1 = sum over tiles of D (1 + B S B')^-1 D
// S: the covariance of the error's part of the shortest length; of all windows together where that is mostly lasting,
// else of each apart. Tiles are squares of cells that overlap; D^2 is the share of a sounding that a tile has, 1 in its
// core and falling to 0 over its margin. L, C: nodes further apart, and the part of the longest length. Both by
// Woodbury's formula, (1 + B S B')^-1 = 1 - B (S^-1 + B' B)^-1 B', with dense matrices. L has three quarters of its
// length between nodes, of each window; more where these would be over 4000, up to five quarters, and then those of all
// windows together, which costs steps.
class TilesAndLong {
 public:
  // `products`: of these soundings, at nodes half as far apart as the tiles' are.
  TilesAndLong(const ScaledSoundings&, const NodeProducts& products, const MapError&);

  // y = M^-1 r
  void apply(const std::vector<float>& r, std::vector<float>& y);

 private:
  struct Member {
    uint32_t tile = 0;
    float share = 0;  // D
  };
  struct Tile {
    int group = 0, row = 0, column = 0, rows = 0, columns = 0;  // its nodes
    std::vector<uint32_t> soundings;
    std::vector<float> shares;          // D of each
    std::vector<float> inverse;         // (S^-1 + B' B)^-1
    std::vector<int32_t> near;          // nodes of L that its soundings see
    std::vector<float> seen;            // B' D L: (nodes, near)
    std::vector<float> sum, long_seen;  // B' D r and what L sees of it

    int nodes() const { return rows * columns; }
  };

  void share_out(const ScaledSoundings&, int side, int margin);
  void make_inverse(Tile&, double length, double variance) const;
  void add_squares(const Tile&, float* squares) const;
  void spread(const Tile&, const std::vector<float>& r, std::vector<float>& sum) const;
  void subtract_gathered(size_t first, size_t last, std::vector<float>& y) const;
  void see_long(Tile&, std::vector<float>& squares) const;
  void make_long(const MapError::Part&, int windows);

  NodeProducts of_tiles_;
  bool shared_ = true;  // tiles are of all windows
  std::vector<Tile> tiles_;
  std::vector<int64_t> first_member_;
  std::vector<Member> members_;
  std::optional<NodeProducts> of_long_;
  Eigen::LLT<Eigen::MatrixXf> inner_;
  std::vector<float> long_image_;
};

}  // namespace unetsr::data
