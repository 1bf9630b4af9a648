#include "data/correction/tiles_and_long.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "data/correction/row_vectors.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

using Eigen::MatrixXd, Eigen::MatrixXf;
using Row = RowVector<float>;

constexpr int tile_side = 16, tile_margin = 2, tile_nodes = 2;     // in units of the products' spacing
constexpr size_t most_long_nodes = 4000;                           // whose matrix is dense
constexpr double long_spacing = 0.75, widest_long_spacing = 1.25;  // of the length
constexpr double much_longer = 3;                                  // than the shortest length: what tiles do not see
constexpr size_t padding = NodeProducts::padding;
constexpr size_t soundings_of_batch = 1 << 17;  // that are released together

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

TilesAndLong::TilesAndLong(const ScaledSoundings& soundings, const NodeProducts& products, const MapError& error,
                           const ArrayStore& store)
    : products_(products), members_(store), values_(store), inverses_(store) {
  const std::vector<MapError::Part> parts = by_length(error);
  const MapError::Part &nearest = parts.front(), &farthest = parts.back();
  const int windows = soundings.shape().n;
  shared_ = windows * nearest.lasting >= nearest.passing;
  share_out(soundings, tile_side * products.spacing(), tile_margin * products.spacing());
  find_places();
  const double variance = shared_ ? nearest.lasting + nearest.passing / windows : nearest.passing + nearest.lasting;
  parallel_for(int64_t(tiles_.size()), [&](int64_t t) {
    Tile& own = tiles_[size_t(t)];
    find_values(own);
    make_inverse(own, nearest.length / (tile_nodes * products.spacing()), variance);
    release(own);
  });
  products_.release();
  long_ = choose_long(nearest, farthest, windows);
  if (long_) make_long(farthest, windows);
}

void TilesAndLong::release(const Tile& t) const {
  members_.release(size_t(t.first_member), size_t(t.members));
  values_.release(size_t(t.first_value), size_t(t.values));
  inverses_.release(size_t(t.inverse), size_t(t.nodes()) * size_t(t.nodes()));
}

// Which soundings each tile has.
void TilesAndLong::share_out(const ScaledSoundings& soundings, int side, int margin) {
  const int down = (soundings.shape().h + side - 1) / side, across = (soundings.shape().w + side - 1) / side;
  const int groups = shared_ ? 1 : soundings.shape().n;
  std::vector<Tile> all(size_t(groups * down * across));
  const auto for_tiles = [&](size_t i, const auto& f) {
    const SoundingCells::Sounding& s = soundings.sounding(i);
    const double y = (s.row + s.last_row) / 2, x = (s.column + s.last_column) / 2;
    for (int v = std::max(0, int(y - margin) / side); v <= std::min(down - 1, int(y + margin) / side); ++v)
      for (int h = std::max(0, int(x - margin) / side); h <= std::min(across - 1, int(x + margin) / side); ++h) {
        const double share = share_along(y, v, down, side, margin) * share_along(x, h, across, side, margin);
        if (share > 0) f(all[size_t(((shared_ ? 0 : s.window) * down + v) * across + h)], std::sqrt(share));
      }
  };
  const auto for_soundings = [&](const auto& f) {
    for (size_t first = 0; first < soundings.size(); first += soundings_of_batch) {
      const size_t last = std::min(soundings.size(), first + soundings_of_batch);
      for (size_t i = first; i < last; ++i) f(i);
      soundings.release(first, last), members_.release();
    }
  };
  for_soundings([&](size_t i) { for_tiles(i, [](Tile& t, double) { ++t.members; }); });
  int64_t members = 0;
  for (size_t k = 0; k < all.size(); ++k) {
    Tile& t = all[k];
    t.colour = int(k) / across % down % 2 * 2 + int(k) % across % 2;
    t.first_member = members, members += t.members, t.members = 0;
  }
  members_.assign_zeros(size_t(members));
  for_soundings([&](size_t i) {
    for_tiles(i, [&](Tile& t, double share) {
      members_[size_t(t.first_member + t.members++)] = {uint32_t(i), float(share), 0, 0, 0, 0};
    });
  });
  for (Tile& t : all)
    if (t.members > 0) tiles_.push_back(std::move(t));
  for (size_t k = 0; k < tiles_.size(); ++k) of_colour_[tiles_[k].colour].push_back(uint32_t(k));
}

// The nodes of tiles, where their soundings' rectangles lie in them, and room for values.
void TilesAndLong::find_places() {
  parallel_for(int64_t(tiles_.size()), [&](int64_t k) {
    Tile& t = tiles_[size_t(k)];
    const std::span<Member> own = members_.span().subspan(size_t(t.first_member), size_t(t.members));
    int top = std::numeric_limits<int>::max(), left = top, bottom = -1, right = -1;
    for (const Member& m : own) {
      const NodeProducts::Rectangle r = products_.rectangle(m.sounding).coarser(tile_nodes);
      top = std::min(top, r.row), left = std::min(left, r.column);
      bottom = std::max(bottom, r.row + r.rows), right = std::max(right, r.column + r.columns);
    }
    t.row = top, t.column = left, t.rows = bottom - top, t.columns = right - left;
    for (Member& m : own) {
      const NodeProducts::Rectangle r = products_.rectangle(m.sounding).coarser(tile_nodes);
      m.place = uint32_t((r.row - t.row) * t.columns + r.column - t.column);
      m.rows = r.rows, m.columns = r.columns, m.value = uint32_t(t.values);
      t.values += int64_t(r.size());
    }
    release(t);
  });
  products_.release();
  int64_t values = 0, inverses = 0;
  for (Tile& t : tiles_) {
    t.first_value = values, values += t.values;
    t.inverse = inverses, inverses += int64_t(t.nodes()) * t.nodes();
  }
  values_.assign_zeros(size_t(values) + padding), inverses_.assign_zeros(size_t(inverses) + padding);
}

void TilesAndLong::find_values(Tile& t) {
  for (const Member& m : members(t))
    products_.add_coarser(m.sounding, tile_nodes, &values_[size_t(t.first_value) + m.value]);
}

void TilesAndLong::make_inverse(Tile& t, double length, double variance) {
  const size_t n = size_t(t.nodes());
  t.sum.assign(n + padding, 0.0f);
  std::vector<float> inverse(n * n + padding, 0.0f), row(n);
  add_squares(t, inverse.data());
  const MatrixXd down = inverse_along(t.rows, length), across = inverse_along(t.columns, length);
  for (size_t a = 0; a < n; ++a)
    for (size_t b = 0; b < n; ++b)
      inverse[a * n + b] +=
          float(down(Eigen::Index(a / size_t(t.columns)), Eigen::Index(b / size_t(t.columns))) *
                across(Eigen::Index(a % size_t(t.columns)), Eigen::Index(b % size_t(t.columns))) / variance);
  invert(inverse.data(), int(n), row.data());
  std::copy_n(inverse.begin(), n * n, &inverses_[size_t(t.inverse)]);
}

// B' B of a tile's soundings
UNETSR_CLONES void TilesAndLong::add_squares(const Tile& t, float* squares) const {
  const size_t n = size_t(t.nodes());
  for (const Member& m : members(t)) {
    const float* own_values = values(t, m);
    for (int row = 0; row < m.rows; ++row)
      for (int k = 0; k < m.columns; ++k) {
        const float value = own_values[row * m.columns + k];
        float* own = squares + (m.place + size_t(row * t.columns + k)) * n + m.place;
        for (int other = 0; other < m.rows; ++other)
          Row::add_scaled(own_values + other * m.columns, m.columns, value, own + other * t.columns);
      }
  }
}

// None where the longest length is not much longer than the tiles'.
std::optional<TilesAndLong::Long> TilesAndLong::choose_long(const MapError::Part& nearest,
                                                            const MapError::Part& farthest, int windows) const {
  if (farthest.length < much_longer * nearest.length) return std::nullopt;
  const std::vector<float> marks = products_.seen();
  const auto seen_at = [&](int times) {
    std::vector<float> coarser(products_.grid().coarser(times).nodes(), 0.0f);
    add_to_coarser(marks.data(), products_.grid(), times, coarser.data());
    std::vector<int32_t> seen;
    for (size_t k = 0; k < coarser.size(); ++k)
      if (coarser[k] > 0) seen.push_back(int32_t(k));
    return seen;
  };
  const double each = farthest.length / products_.spacing();
  const int least = std::max(1, int(std::lround(long_spacing * each)));
  int times = least;
  std::vector<int32_t> seen = seen_at(times);
  const auto take = [&](int next) { times = next, seen = seen_at(next); };
  const auto too_many = [&](int of_windows) { return seen.size() * size_t(of_windows) > most_long_nodes; };
  bool one_window = windows == 1 || farthest.passing == 0;
  while (!one_window && too_many(windows) && times < widest_long_spacing * each) take(times + 1);
  if (!one_window && too_many(windows)) one_window = true, take(least);
  while (too_many(1)) take(times + 1);
  Long chosen{products_.grid().coarser(times), times, one_window ? 1 : windows, std::move(seen), {}};
  chosen.place.assign(chosen.grid.nodes(), -1);
  for (size_t k = 0; k < chosen.seen.size(); ++k) chosen.place[size_t(chosen.seen[k])] = int32_t(k);
  return chosen;
}

// Of the correlation of the nodes that soundings see.
MatrixXd TilesAndLong::inverse_of_long(double length) const {
  const NodeGrid& grid = long_->grid;
  const std::vector<int32_t>& seen = long_->seen;
  std::vector<double> along(size_t(std::max(grid.rows, grid.columns)));
  for (size_t k = 0; k < along.size(); ++k) along[k] = spatial_correlation(double(k), length);
  const auto n = Eigen::Index(seen.size());
  MatrixXd factor(n, n);
  for (Eigen::Index b = 0; b < n; ++b)
    for (Eigen::Index a = b; a < n; ++a) {
      const int32_t one = seen[size_t(a)], other = seen[size_t(b)];
      factor(a, b) = along[size_t(one / grid.columns - other / grid.columns)] *
                     along[size_t(std::abs(one % grid.columns - other % grid.columns))];
    }
  const Eigen::LLT<Eigen::Ref<MatrixXd>> in_place(factor);
  MatrixXd inverse = MatrixXd::Identity(n, n);
  constexpr int64_t columns_of_task = 64;
  parallel_ranges(n, columns_of_task, [&](int64_t first, int64_t last) {
    auto own = inverse.middleCols(first, last - first);
    in_place.matrixL().solveInPlace(own);
    in_place.matrixU().solveInPlace(own);
  });
  return inverse;
}

// What the nodes of L see through a tile: near, seen = B' D L, and `squares` = L' D D L - seen' inverse seen.
void TilesAndLong::see_long(Tile& t, std::vector<float>& squares) const {
  const Long& L = *long_;
  const auto rectangle = [&](const Member& m) { return products_.rectangle(m.sounding).coarser(L.times); };
  const auto node = [&](const NodeProducts::Rectangle& r, int row, int column) {
    const size_t window = L.windows == 1 ? 0 : size_t(r.window);
    return int32_t(window * L.seen.size()) + L.place[size_t((r.row + row) * L.grid.columns + r.column + column)];
  };
  const auto drop_repeated = [&] {
    std::sort(t.near.begin(), t.near.end()), t.near.erase(std::unique(t.near.begin(), t.near.end()), t.near.end());
  };
  for (const Member& m : members(t)) {
    const NodeProducts::Rectangle r = rectangle(m);
    for (int row = 0; row < r.rows; ++row)
      for (int k = 0; k < r.columns; ++k) t.near.push_back(node(r, row, k));
    if (t.near.size() >= 1 << 12) drop_repeated();
  }
  drop_repeated();
  const size_t count = t.near.size(), n = size_t(t.nodes());
  thread_local std::vector<int32_t> rank;
  rank.resize(L.nodes());
  for (size_t k = 0; k < count; ++k) rank[size_t(t.near[k])] = int32_t(k);
  t.near.shrink_to_fit();
  t.seen.assign(n * count, 0.0f), t.long_seen.assign(count, 0.0f), squares.assign(count * count, 0.0f);
  std::vector<float> of_long;
  for (const Member& m : members(t)) {
    const NodeProducts::Rectangle r = rectangle(m);
    of_long.assign(r.size(), 0.0f);
    products_.add_coarser(m.sounding, L.times, of_long.data());
    for (int row = 0; row < r.rows; ++row)
      for (int k = 0; k < r.columns; ++k) {
        const float value = m.share * of_long[size_t(row * r.columns + k)];
        const size_t own = size_t(rank[size_t(node(r, row, k))]);
        for (int v = 0; v < r.rows; ++v)
          for (int h = 0; h < r.columns; ++h)
            squares[own * count + size_t(rank[size_t(node(r, v, h))])] +=
                value * m.share * of_long[size_t(v * r.columns + h)];
        for (int v = 0; v < m.rows; ++v)
          for (int h = 0; h < m.columns; ++h)
            t.seen[(m.place + size_t(v * t.columns + h)) * count + own] += value * values(t, m)[v * m.columns + h];
      }
  }
  const float* inverse = &inverses_[size_t(t.inverse)];
  std::vector<float> found(n * count), less(count * count);
  product_turned(inverse, t.seen.data(), int(n), int(n), int(count), found.data());
  product_turned(t.seen.data(), found.data(), int(n), int(count), int(count), less.data());
  for (size_t k = 0; k < less.size(); ++k) squares[k] -= less[k];
  release(t);
}

void TilesAndLong::make_long(const MapError::Part& part, int windows) {
  const Long& L = *long_;
  const auto n = Eigen::Index(L.seen.size()), all = Eigen::Index(L.nodes());
  // The inverse of (passing + lasting 1 1') x R is that of each.
  const bool one = L.windows == 1;
  const double passing = one ? part.passing / windows + part.lasting : part.passing, lasting = one ? 0 : part.lasting,
               shared = lasting / passing / (passing + L.windows * lasting);
  MatrixXd inner;
  {
    const MatrixXd inverse = inverse_of_long(part.length / L.grid.spacing);
    inner.resize(all, all);
    for (int a = 0; a < L.windows; ++a)
      for (int b = 0; b < L.windows; ++b) inner.block(a * n, b * n, n, n) = ((a == b) / passing - shared) * inverse;
  }
  constexpr size_t batch = 32;  // of tiles, whose squares are held at once
  std::vector<std::vector<float>> squares(batch);
  for (size_t first = 0; first < tiles_.size(); first += batch) {
    const size_t count = std::min(batch, tiles_.size() - first);
    parallel_for(int64_t(count), [&](int64_t k) { see_long(tiles_[first + size_t(k)], squares[size_t(k)]); });
    products_.release();
    for (size_t k = 0; k < count; ++k) {
      const std::vector<int32_t>& near = tiles_[first + k].near;
      for (size_t a = 0; a < near.size(); ++a)
        for (size_t b = 0; b < near.size(); ++b) inner(near[a], near[b]) += double(squares[k][a * near.size() + b]);
    }
  }
  // In double, since a factor's entries far from the diagonal underflow in float, which takes a hundred times as long.
  const Eigen::LLT<Eigen::Ref<MatrixXd>> in_place(inner);
  if (in_place.info() != Eigen::Success) return long_.reset();
  constexpr double negligible = 1e-20;
  inner_ = (inner.array().abs() > negligible).select(inner, 0.0).cast<float>();
}

UNETSR_CLONES void TilesAndLong::spread(const Tile& t, std::span<const float> r, std::vector<float>& sum) const {
  std::fill(sum.begin(), sum.end(), 0.0f);
  for (const Member& m : members(t)) {
    const float value = m.share * r[m.sounding];
    for (int row = 0; row < m.rows; ++row)
      Row::add_scaled(values(t, m) + row * m.columns, m.columns, value, &sum[m.place + size_t(row * t.columns)]);
  }
}

UNETSR_CLONES void TilesAndLong::subtract_gathered(const Tile& t, std::span<float> y) const {
  for (const Member& m : members(t)) {
    Row::Values sum = {};
    for (int row = 0; row < m.rows; ++row)
      Row::add_products(values(t, m) + row * m.columns, m.columns, &t.sum[m.place + size_t(row * t.columns)], sum);
    y[m.sounding] -= m.share * Row::total(sum);
  }
}

// L' r = P' B' r
void TilesAndLong::spread_long(std::span<const float> r) {
  products_.spread(r, node_images_);
  const size_t n = long_->seen.size();
  long_image_.resize(long_->nodes());
  const int together = long_->windows == 1 ? products_.windows() : 1;
  parallel_for(long_->windows, [&](int64_t w) {
    std::vector<float> all(long_->grid.nodes(), 0.0f);
    for (int k = 0; k < together; ++k)
      add_to_coarser(&node_images_[size_t(w * together + k) * products_.nodes()], products_.grid(), long_->times,
                     all.data());
    for (size_t k = 0; k < n; ++k) long_image_[size_t(w) * n + k] = all[size_t(long_->seen[k])];
  });
}

// y -= B P x
void TilesAndLong::subtract_long(std::span<float> y) {
  std::fill(node_images_.begin(), node_images_.end(), 0.0f);
  const size_t n = long_->seen.size();
  parallel_for(products_.windows(), [&](int64_t w) {
    std::vector<float> all(long_->grid.nodes(), 0.0f);
    const float* own = &long_image_[long_->windows == 1 ? 0 : size_t(w) * n];
    for (size_t k = 0; k < n; ++k) all[size_t(long_->seen[k])] = own[k];
    add_interpolated(all.data(), products_.grid(), long_->times, &node_images_[size_t(w) * products_.nodes()]);
  });
  products_.gather(node_images_, -1, y);
}

// y = r - L x - sum D B G (g - seen x), g = B' D r, x = inner^-1 (L' r - sum seen' G g), G a tile's inverse.
void TilesAndLong::apply(std::span<const float> r, std::span<float> y) {
  parallel_for(int64_t(tiles_.size()), [&](int64_t k) {
    Tile& t = tiles_[size_t(k)];
    spread(t, r, t.sum);
    if (long_) {
      thread_local std::vector<float> found;
      found.resize(size_t(t.nodes()));
      multiply_turned(&inverses_[size_t(t.inverse)], t.nodes(), t.nodes(), t.sum.data(), found.data());
      multiply_turned(t.seen.data(), t.nodes(), int(t.near.size()), found.data(), t.long_seen.data());
    }
    release(t);
  });
  if (long_) {
    spread_long(r);
    for (const Tile& t : tiles_)
      for (size_t k = 0; k < t.near.size(); ++k) long_image_[size_t(t.near[k])] -= t.long_seen[k];
    Eigen::Map<Eigen::VectorXf> x(long_image_.data(), Eigen::Index(long_->nodes()));
    inner_.triangularView<Eigen::Lower>().solveInPlace(x);
    inner_.triangularView<Eigen::Lower>().transpose().solveInPlace(x);
  }
  std::copy(r.begin(), r.end(), y.begin());
  if (long_) subtract_long(y);
  for (const std::vector<uint32_t>& tiles : of_colour_)
    parallel_for(int64_t(tiles.size()), [&](int64_t k) {
      Tile& t = tiles_[tiles[size_t(k)]];
      const size_t n = size_t(t.nodes()), count = t.near.size();
      thread_local std::vector<float> left;
      left.assign(t.sum.begin(), t.sum.begin() + std::ptrdiff_t(n));
      for (size_t i = 0; i < n && long_; ++i) {
        float sum = 0;
        for (size_t c = 0; c < count; ++c) sum += t.seen[i * count + c] * long_image_[size_t(t.near[c])];
        left[i] -= sum;
      }
      multiply_turned(&inverses_[size_t(t.inverse)], int(n), int(n), left.data(), t.sum.data());
      subtract_gathered(t, y);
      release(t);
    });
}

}  // namespace unetsr::data
