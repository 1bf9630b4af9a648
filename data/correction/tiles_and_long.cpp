#include "data/correction/tiles_and_long.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/correction/row_vectors.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

using Eigen::MatrixXd, Eigen::MatrixXf;
using Row = RowVector<float>;

constexpr int tile_side = 16, tile_margin = 2;                     // in units of the products' spacing
constexpr int most_long_nodes = 4000;                              // whose matrix is dense
constexpr double long_spacing = 0.75, widest_long_spacing = 1.25;  // of the length
constexpr double much_longer = 3;                                  // than the shortest length: what tiles do not see
constexpr size_t padding = NodeProducts::padding;

// The inverse of the correlation of nodes along a line.
MatrixXd inverse_along(int size, double length) {
  MatrixXd m(size, size);
  for (int i = 0; i < size; ++i)
    for (int j = 0; j < size; ++j) m(i, j) = spatial_correlation(i - j, length);
  return m.inverse();
}

// In place, of a symmetric positive definite matrix, by Gauss and Jordan.
UNETSR_CLONES void invert(float* m, int n, float* pivot_row) {
  for (int p = 0; p < n; ++p) {
    float* own = m + int64_t(p) * n;
    const float inverse = 1 / own[p];
    own[p] = 1;
    for (int j = 0; j < n; ++j) pivot_row[j] = own[j] *= inverse;
    for (int i = 0; i < n; ++i) {
      if (i == p) continue;
      float* row = m + int64_t(i) * n;
      const float factor = row[p];
      row[p] = 0;
      for (int j = 0; j < n; ++j) row[j] -= factor * pivot_row[j];
    }
  }
}

// y = M x or, of a symmetric matrix the same, M' x; rows x columns.
UNETSR_CLONES void multiply_turned(const float* m, int rows, int columns, const float* x, float* y) {
  std::fill(y, y + columns, 0.0f);
  for (int i = 0; i < rows; ++i) {
    const float value = x[i], *row = m + int64_t(i) * columns;
    for (int j = 0; j < columns; ++j) y[j] += value * row[j];
  }
}

// c (count x columns) = a' b of a (rows x count) and b (rows x columns)
UNETSR_CLONES void product_turned(const float* a, const float* b, int rows, int count, int columns, float* c) {
  std::fill(c, c + int64_t(count) * columns, 0.0f);
  for (int i = 0; i < rows; ++i)
    for (int k = 0; k < count; ++k) {
      const float value = a[int64_t(i) * count + k], *row = b + int64_t(i) * columns;
      if (value == 0) continue;
      for (int j = 0; j < columns; ++j) c[int64_t(k) * columns + j] += value * row[j];
    }
}

// Where a row of a sounding's rectangle lies in a tile, whose first node is (row, column).
[[gnu::always_inline]] inline size_t place_in(int tile_row, int tile_column, int tile_columns,
                                              const NodeProducts::Rectangle& r, int row) {
  return size_t(r.row + row - tile_row) * size_t(tile_columns) + size_t(r.column - tile_column);
}

double share_along(double at, int tile, int tiles, int side, int margin) {
  const double before = tile == 0 ? 1 : (at - tile * side + margin + 0.5) / (2.0 * margin);
  const double behind = tile == tiles - 1 ? 1 : ((tile + 1) * side + margin - at - 0.5) / (2.0 * margin);
  return std::clamp(std::min(before, behind), 0.0, 1.0);
}

std::vector<MapError::Part> by_length(const MapError& error) {
  std::vector<MapError::Part> parts;
  for (const MapError::Part& part : error.parts)
    if (part.passing + part.lasting > 0) parts.push_back(part);
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.length < b.length; });
  return parts;
}

}  // namespace

TilesAndLong::TilesAndLong(const ScaledSoundings& soundings, const NodeProducts& products, const MapError& error)
    : of_tiles_(products.coarser(2)) {
  const std::vector<MapError::Part> parts = by_length(error);
  const MapError::Part &nearest = parts.front(), &farthest = parts.back();
  const int windows = soundings.shape().n;
  shared_ = windows * nearest.lasting >= nearest.passing;
  share_out(soundings, tile_side * products.spacing(), tile_margin * products.spacing());
  const double variance = shared_ ? nearest.lasting + nearest.passing / windows : nearest.passing + nearest.lasting;
  parallel_for(int64_t(tiles_.size()),
               [&](int64_t t) { make_inverse(tiles_[size_t(t)], nearest.length / of_tiles_.spacing(), variance); });
  if (farthest.length < much_longer * nearest.length) return;
  const auto nodes = [&](int times) {
    const double apart = double(times) * products.spacing();
    return (std::floor((soundings.shape().h - 1) / apart) + 2) * (std::floor((soundings.shape().w - 1) / apart) + 2);
  };
  const double each = farthest.length / products.spacing();
  int times = std::max(1, int(std::lround(long_spacing * each)));
  bool one_window = windows == 1 || farthest.passing == 0;
  while (!one_window && nodes(times) * windows > most_long_nodes && times < widest_long_spacing * each) ++times;
  if (!one_window && nodes(times) * windows > most_long_nodes)
    one_window = true, times = std::max(1, int(std::lround(long_spacing * each)));
  while (nodes(times) > most_long_nodes) ++times;
  of_long_ = products.coarser(times, one_window);
  make_long(farthest, windows);
}

void TilesAndLong::share_out(const ScaledSoundings& soundings, int side, int margin) {
  const int down = (soundings.shape().h + side - 1) / side, across = (soundings.shape().w + side - 1) / side;
  const int groups = shared_ ? 1 : soundings.shape().n;
  std::vector<Tile> all(size_t(groups * down * across));
  std::vector<int32_t> kept(all.size(), -1);
  struct Found {
    int32_t tile;
    float share;
  };
  std::vector<Found> found;
  first_member_ = {0};
  for (size_t i = 0; i < soundings.size(); ++i) {
    const SoundingCells::Sounding& s = soundings.sounding(i);
    const double y = (s.row + s.last_row) / 2, x = (s.column + s.last_column) / 2;
    for (int v = std::max(0, int(y - margin) / side); v <= std::min(down - 1, int(y + margin) / side); ++v)
      for (int h = std::max(0, int(x - margin) / side); h <= std::min(across - 1, int(x + margin) / side); ++h) {
        const double share = share_along(y, v, down, side, margin) * share_along(x, h, across, side, margin);
        if (!(share > 0)) continue;
        const int group = shared_ ? 0 : s.window, tile = (group * down + v) * across + h;
        Tile& t = all[size_t(tile)];
        t.group = group;
        t.soundings.push_back(uint32_t(i)), t.shares.push_back(float(std::sqrt(share)));
        found.push_back({tile, t.shares.back()});
      }
    first_member_.push_back(int64_t(found.size()));
  }
  for (size_t t = 0; t < all.size(); ++t) {
    if (all[t].soundings.empty()) continue;
    kept[t] = int32_t(tiles_.size());
    tiles_.push_back(std::move(all[t]));
  }
  for (const Found& f : found) members_.push_back({uint32_t(kept[size_t(f.tile)]), f.share});
}

void TilesAndLong::make_inverse(Tile& t, double length, double variance) const {
  int bottom = -1, right = -1;
  t.row = of_tiles_.rows(), t.column = of_tiles_.columns();
  for (const uint32_t i : t.soundings) {
    const NodeProducts::Rectangle& r = of_tiles_.rectangle(i);
    t.row = std::min(t.row, r.row), t.column = std::min(t.column, r.column);
    bottom = std::max(bottom, r.row + r.rows), right = std::max(right, r.column + r.columns);
  }
  t.rows = bottom - t.row, t.columns = right - t.column;
  const size_t n = size_t(t.nodes());
  t.inverse.assign(n * n + padding, 0.0f), t.sum.assign(n + padding, 0.0f);
  add_squares(t, t.inverse.data());
  const MatrixXd down = inverse_along(t.rows, length), across = inverse_along(t.columns, length);
  for (size_t a = 0; a < n; ++a)
    for (size_t b = 0; b < n; ++b)
      t.inverse[a * n + b] +=
          float(down(Eigen::Index(a / size_t(t.columns)), Eigen::Index(b / size_t(t.columns))) *
                across(Eigen::Index(a % size_t(t.columns)), Eigen::Index(b % size_t(t.columns))) / variance);
  std::vector<float> row(n);
  invert(t.inverse.data(), int(n), row.data());
}

// B' B of a tile's soundings
UNETSR_CLONES void TilesAndLong::add_squares(const Tile& t, float* squares) const {
  const size_t n = size_t(t.nodes());
  for (const uint32_t i : t.soundings) {
    const NodeProducts::Rectangle& r = of_tiles_.rectangle(i);
    for (int row = 0; row < r.rows; ++row)
      for (int k = 0; k < r.columns; ++k) {
        const float value = of_tiles_.values(r, row)[k];
        float* own = squares + (place_in(t.row, t.column, t.columns, r, row) + size_t(k)) * n;
        for (int other = 0; other < r.rows; ++other)
          Row::add_scaled(of_tiles_.values(r, other), r.columns, value,
                          own + place_in(t.row, t.column, t.columns, r, other));
      }
  }
}

// What the nodes of L see through a tile: near, seen = B' D L, and `squares` = L' D D L - seen' inverse seen.
void TilesAndLong::see_long(Tile& t, std::vector<float>& squares) const {
  const NodeProducts& L = *of_long_;
  const auto node = [&](const NodeProducts::Rectangle& r, int row, int column) {
    return int32_t(size_t(r.window) * L.nodes()) + (r.row + row) * L.columns() + r.column + column;
  };
  for (const uint32_t i : t.soundings) {
    const NodeProducts::Rectangle& r = L.rectangle(i);
    for (int row = 0; row < r.rows; ++row)
      for (int k = 0; k < r.columns; ++k) t.near.push_back(node(r, row, k));
    if (t.near.size() < 1 << 12) continue;
    std::sort(t.near.begin(), t.near.end()), t.near.erase(std::unique(t.near.begin(), t.near.end()), t.near.end());
  }
  std::sort(t.near.begin(), t.near.end()), t.near.erase(std::unique(t.near.begin(), t.near.end()), t.near.end());
  const size_t count = t.near.size(), n = size_t(t.nodes());
  thread_local std::vector<int32_t> rank;
  rank.resize(size_t(L.windows()) * L.nodes());
  for (size_t k = 0; k < count; ++k) rank[size_t(t.near[k])] = int32_t(k);
  t.seen.assign(n * count, 0.0f), t.long_seen.assign(count, 0.0f), squares.assign(count * count, 0.0f);
  for (size_t s = 0; s < t.soundings.size(); ++s) {
    const NodeProducts::Rectangle &r = L.rectangle(t.soundings[s]), &b = of_tiles_.rectangle(t.soundings[s]);
    for (int row = 0; row < r.rows; ++row)
      for (int k = 0; k < r.columns; ++k) {
        const float value = t.shares[s] * L.values(r, row)[k];
        const size_t own = size_t(rank[size_t(node(r, row, k))]);
        for (int v = 0; v < r.rows; ++v)
          for (int h = 0; h < r.columns; ++h)
            squares[own * count + size_t(rank[size_t(node(r, v, h))])] += value * t.shares[s] * L.values(r, v)[h];
        for (int v = 0; v < b.rows; ++v) {
          const size_t first = place_in(t.row, t.column, t.columns, b, v);
          for (size_t h = 0; h < b.columns; ++h) t.seen[(first + h) * count + own] += value * of_tiles_.values(b, v)[h];
        }
      }
  }
  std::vector<float> found(n * count), less(count * count);
  product_turned(t.inverse.data(), t.seen.data(), int(n), int(n), int(count), found.data());
  product_turned(t.seen.data(), found.data(), int(n), int(count), int(count), less.data());
  for (size_t k = 0; k < less.size(); ++k) squares[k] -= less[k];
}

void TilesAndLong::make_long(const MapError::Part& part, int windows) {
  const NodeProducts& L = *of_long_;
  const auto n = Eigen::Index(L.nodes()), all = n * L.windows();
  const double length = part.length / L.spacing();
  const MatrixXd down = inverse_along(L.rows(), length), across = inverse_along(L.columns(), length);
  // The inverse of (passing + lasting 1 1') x R is that of each.
  const bool one = L.windows() == 1;
  const double passing = one ? part.passing / windows + part.lasting : part.passing, lasting = one ? 0 : part.lasting,
               shared = lasting / passing / (passing + L.windows() * lasting);
  MatrixXd inner(all, all);
  for (Eigen::Index a = 0; a < all; ++a)
    for (Eigen::Index b = 0; b < all; ++b)
      inner(a, b) = ((a / n == b / n) / passing - shared) * down(a % n / L.columns(), b % n / L.columns()) *
                    across(a % L.columns(), b % L.columns());
  constexpr size_t batch = 32;  // of tiles, whose squares are held at once
  std::vector<std::vector<float>> squares(batch);
  for (size_t first = 0; first < tiles_.size(); first += batch) {
    const size_t count = std::min(batch, tiles_.size() - first);
    parallel_for(int64_t(count), [&](int64_t k) { see_long(tiles_[first + size_t(k)], squares[size_t(k)]); });
    for (size_t k = 0; k < count; ++k) {
      const std::vector<int32_t>& near = tiles_[first + k].near;
      for (size_t a = 0; a < near.size(); ++a)
        for (size_t b = 0; b < near.size(); ++b) inner(near[a], near[b]) += double(squares[k][a * near.size() + b]);
    }
  }
  inner_.compute(inner.cast<float>());
  if (inner_.info() != Eigen::Success) of_long_.reset();
}

UNETSR_CLONES void TilesAndLong::spread(const Tile& t, const std::vector<float>& r, std::vector<float>& sum) const {
  std::fill(sum.begin(), sum.end(), 0.0f);
  for (size_t s = 0; s < t.soundings.size(); ++s) {
    const NodeProducts::Rectangle& b = of_tiles_.rectangle(t.soundings[s]);
    const float value = t.shares[s] * r[t.soundings[s]];
    for (int row = 0; row < b.rows; ++row)
      Row::add_scaled(of_tiles_.values(b, row), b.columns, value, &sum[place_in(t.row, t.column, t.columns, b, row)]);
  }
}

UNETSR_CLONES void TilesAndLong::subtract_gathered(size_t first, size_t last, std::vector<float>& y) const {
  for (size_t i = first; i < last; ++i) {
    const NodeProducts::Rectangle& b = of_tiles_.rectangle(i);
    for (int64_t m = first_member_[i]; m < first_member_[i + 1]; ++m) {
      const Tile& t = tiles_[members_[size_t(m)].tile];
      Row::Values sum = {};
      for (int row = 0; row < b.rows; ++row)
        Row::add_products(of_tiles_.values(b, row), b.columns, &t.sum[place_in(t.row, t.column, t.columns, b, row)],
                          sum);
      y[i] -= members_[size_t(m)].share * Row::total(sum);
    }
  }
}

// y = r - L x - sum D B G (g - seen x), g = B' D r, x = inner^-1 (L' r - sum seen' G g), G a tile's inverse; so that
// soundings are passed over twice.
void TilesAndLong::apply(const std::vector<float>& r, std::vector<float>& y) {
  parallel_for(int64_t(tiles_.size()), [&](int64_t k) {
    Tile& t = tiles_[size_t(k)];
    spread(t, r, t.sum);
    if (!of_long_) return;
    thread_local std::vector<float> found;
    found.resize(size_t(t.nodes()));
    multiply_turned(t.inverse.data(), t.nodes(), t.nodes(), t.sum.data(), found.data());
    multiply_turned(t.seen.data(), t.nodes(), int(t.near.size()), found.data(), t.long_seen.data());
  });
  if (of_long_) {
    of_long_->spread(r, long_image_);
    for (const Tile& t : tiles_)
      for (size_t k = 0; k < t.near.size(); ++k) long_image_[size_t(t.near[k])] -= t.long_seen[k];
    Eigen::Map<Eigen::VectorXf> x(long_image_.data(), Eigen::Index(size_t(of_long_->windows()) * of_long_->nodes()));
    inner_.solveInPlace(x);
  }
  parallel_for(int64_t(tiles_.size()), [&](int64_t k) {
    Tile& t = tiles_[size_t(k)];
    const size_t n = size_t(t.nodes()), count = t.near.size();
    thread_local std::vector<float> left;
    left.assign(t.sum.begin(), t.sum.begin() + std::ptrdiff_t(n));
    if (of_long_)
      for (size_t i = 0; i < n; ++i) {
        float sum = 0;
        for (size_t c = 0; c < count; ++c) sum += t.seen[i * count + c] * long_image_[size_t(t.near[c])];
        left[i] -= sum;
      }
    multiply_turned(t.inverse.data(), int(n), int(n), left.data(), t.sum.data());
  });
  y = r;
  if (of_long_) of_long_->gather(long_image_, -1, y);
  parallel_ranges(int64_t(r.size()), 1024,
                  [&](int64_t first, int64_t last) { subtract_gathered(size_t(first), size_t(last), y); });
}

}  // namespace unetsr::data
