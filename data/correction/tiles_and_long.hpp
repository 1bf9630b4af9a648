#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <optional>
#include <span>
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
// length between nodes, of each window; more where those that soundings see would be over 4000, up to five quarters,
// and then those of all windows together, which costs steps.
class TilesAndLong {
 public:
  // `products`: of these soundings, at nodes half as far apart as the tiles' are; they have to outlive this. About 70
  // bytes a sounding lie in the store.
  TilesAndLong(const ScaledSoundings&, const NodeProducts& products, const MapError&, const ArrayStore& = {});

  // y = M^-1 r
  void apply(std::span<const float> r, std::span<float> y);

 private:
  // A sounding of a tile: its rectangle of the tile's nodes.
  struct Member {
    uint32_t sounding = 0;
    float share = 0;                // D
    uint32_t place = 0, value = 0;  // of its first node in the tile; of its first value, counted from the tile's
    uint16_t rows = 0, columns = 0;
  };
  struct Tile {
    int row = 0, column = 0, rows = 0, columns = 0;  // its nodes
    int colour = 0;                                  // tiles of one colour have no sounding in common
    int64_t first_member = 0, members = 0, first_value = 0, values = 0, inverse = 0;
    std::vector<int32_t> near;          // nodes of L that its soundings see
    std::vector<float> seen;            // B' D L: (nodes, near)
    std::vector<float> sum, long_seen;  // B' D r and what L sees of it

    int nodes() const { return rows * columns; }
  };
  // Nodes of L, of each window or of all together: those of a grid that soundings see.
  struct Long {
    NodeGrid grid;
    int times = 1, windows = 1;
    std::vector<int32_t> seen;   // which of the grid they are
    std::vector<int32_t> place;  // among these, of each of the grid
    size_t nodes() const { return size_t(windows) * seen.size(); }
  };

  static constexpr int colours = 4;

  void share_out(const ScaledSoundings&, int side, int margin);
  void find_places();
  void find_values(Tile&);
  void make_inverse(Tile&, double length, double variance);
  void add_squares(const Tile&, float* squares) const;
  void spread(const Tile&, std::span<const float> r, std::vector<float>& sum) const;
  void subtract_gathered(const Tile&, std::span<float> y) const;
  void see_long(Tile&, std::vector<float>& squares) const;
  std::optional<Long> choose_long(const MapError::Part& nearest, const MapError::Part& farthest, int windows) const;
  Eigen::MatrixXd inverse_of_long(double length) const;
  void make_long(const MapError::Part&, int windows);
  void spread_long(std::span<const float> r);
  void subtract_long(std::span<float> y);
  std::span<const Member> members(const Tile& t) const {
    return members_.span().subspan(size_t(t.first_member), size_t(t.members));
  }
  const float* values(const Tile& t, const Member& m) const { return values_.data() + t.first_value + m.value; }
  void release(const Tile&) const;

  const NodeProducts& products_;
  bool shared_ = true;  // tiles are of all windows
  std::vector<Tile> tiles_;
  std::vector<uint32_t> of_colour_[colours];
  StoredArray<Member> members_;
  StoredArray<float> values_, inverses_;
  std::optional<Long> long_;
  Eigen::MatrixXf inner_;  // its Cholesky factor, below the diagonal
  std::vector<float> long_image_, node_images_;
};

}  // namespace unetsr::data
