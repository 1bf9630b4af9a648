#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

#include "kernels/lbp.hpp"

// The specification.
namespace unetsr::kernels::reference {

// A point between the cells (row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1), counted from
// the centre cell. Cells of weight 0 are not read.
struct Neighbour {
  int row = 0, column = 0;
  double row_weight = 0, column_weight = 0;  // of the second row and the second column
};

// Rounded to 2^-16 of a cell: points on cell centres lie there exactly, and mirrored points have mirrored weights.
inline Neighbour neighbour_at(double row, double column) {
  row = std::round(row * 65536) / 65536;
  column = std::round(column * 65536) / 65536;
  return {int(std::floor(row)), int(std::floor(column)), row - std::floor(row), column - std::floor(column)};
}

inline std::vector<Neighbour> neighbours_of(const Lbp& options) {
  if (options.variant == LbpVariant::paper)
    return {{0, 1}, {1, 1}, {1, 0}, {1, -1}, {0, -1}, {-1, -1}, {-1, 0}, {-1, 1}};
  if (options.points == 8 && options.radius == 1)
    return {{0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}};
  std::vector<Neighbour> neighbours;
  for (int p = 0; p < options.points; ++p) {
    const double angle = 2 * std::numbers::pi * p / options.points;
    neighbours.push_back(neighbour_at(-options.radius * std::sin(angle), options.radius * std::cos(angle)));
  }
  return neighbours;
}

constexpr uint32_t rotated(uint32_t code, int points) {
  return code >> 1 | (code & 1) << (points - 1);
}

constexpr int changes_round_the_circle(uint32_t code, int points) {
  return std::popcount(code ^ rotated(code, points));
}

constexpr uint32_t smallest_rotation(uint32_t code, int points) {
  uint32_t smallest = code;
  for (int p = 1; p < points; ++p) smallest = std::min(smallest, code = rotated(code, points));
  return smallest;
}

// The codes with at most two changes, ascending: none, or one arc of ones.
inline std::vector<uint32_t> uniform_codes(int points) {
  std::vector<uint32_t> codes = {0, (1u << points) - 1};
  for (int ones = 1; ones < points; ++ones) {
    uint32_t arc = (1u << ones) - 1;
    for (int p = 0; p < points; ++p) codes.push_back(arc = rotated(arc, points));
  }
  std::sort(codes.begin(), codes.end());
  return codes;
}

// Gives a code the number that its variant knows it by.
class CodeLabels {
 public:
  explicit CodeLabels(const Lbp& options) : options_(options) {
    if (options.variant == LbpVariant::uniform) uniform_ = uniform_codes(options.points);
  }

  uint32_t operator()(uint32_t code) const {
    const int points = options_.points;
    switch (options_.variant) {
      case LbpVariant::standard:
      case LbpVariant::paper:
        return code;
      case LbpVariant::rotation_invariant:
        return smallest_rotation(code, points);
      case LbpVariant::uniform: {
        const auto place = std::lower_bound(uniform_.begin(), uniform_.end(), code);
        return place != uniform_.end() && *place == code ? uint32_t(place - uniform_.begin())
                                                         : uint32_t(uniform_.size());
      }
      case LbpVariant::rotation_invariant_uniform:
        return uint32_t(changes_round_the_circle(code, points) <= 2 ? std::popcount(code) : points + 1);
    }
    return code;
  }

 private:
  Lbp options_;
  std::vector<uint32_t> uniform_;
};

// Interpolates the neighbour's difference from the centre, so that equal values compare equal. NaN: missing or outside.
inline double difference(View<const float> x, int n, int i, int j, int c, const Neighbour& neighbour) {
  const double centre = x(n, i, j, c);
  double sum = 0;
  for (int a : {0, 1})
    for (int b : {0, 1}) {
      const double weight = (a ? neighbour.row_weight : 1 - neighbour.row_weight) *
                            (b ? neighbour.column_weight : 1 - neighbour.column_weight);
      if (weight == 0) continue;
      const int row = i + neighbour.row + a, column = j + neighbour.column + b;
      if (row < 0 || row >= x.h || column < 0 || column >= x.w) return std::numeric_limits<double>::quiet_NaN();
      sum += weight * (x(n, row, column, c) - centre);
    }
  return sum;
}

// The code of one cell, nothing where it needs a missing value or a neighbour outside the image.
inline std::optional<uint32_t> circle_code(const std::vector<Neighbour>& neighbours, View<const float> x, int n, int i,
                                           int j, int c) {
  uint32_t code = 0;
  for (size_t p = 0; p < neighbours.size(); ++p) {
    const double d = difference(x, n, i, j, c, neighbours[p]);
    if (std::isnan(d)) return std::nullopt;
    code |= uint32_t(d >= 0) << p;
  }
  return code;
}

// Stretches the range of one channel of one image to 0..255 and truncates to integers, as the `paper` variant does.
class Stretch {
 public:
  Stretch(View<const float> x, int n, int c) {
    for (int i = 0; i < x.h; ++i)
      for (int j = 0; j < x.w; ++j) {
        if (std::isnan(x(n, i, j, c))) continue;
        low_ = std::min(low_, double(x(n, i, j, c)));
        high_ = std::max(high_, double(x(n, i, j, c)));
      }
  }

  float operator()(float value) const {
    if (std::isnan(value)) return value;
    return high_ > low_ ? float(std::trunc((value - low_) / (high_ - low_) * 255)) : 0.0f;
  }

 private:
  double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
};

inline std::optional<uint32_t> paper_code(const std::vector<Neighbour>& neighbours, const Stretch& stretch,
                                          View<const float> x, int n, int i, int j, int c) {
  const float centre = stretch(x(n, i, j, c));
  if (std::isnan(centre)) return std::nullopt;
  uint32_t code = 0;
  for (size_t p = 0; p < neighbours.size(); ++p) {
    const int row = i + neighbours[p].row, column = j + neighbours[p].column;
    if (row < 0 || row >= x.h || column < 0 || column >= x.w) continue;
    const float value = stretch(x(n, row, column, c));
    if (std::isnan(value)) return std::nullopt;
    code |= uint32_t(value > centre) << p;
  }
  return code;
}

inline void lbp(const Lbp& options, View<const float> x, View<float> y) {
  const std::vector<Neighbour> neighbours = neighbours_of(options);
  const CodeLabels label(options);
  for (int n = 0; n < y.n; ++n)
    for (int c = 0; c < y.c; ++c) {
      const Stretch stretch(x, n, c);
      for (int i = 0; i < y.h; ++i)
        for (int j = 0; j < y.w; ++j) {
          const std::optional<uint32_t> code = options.variant == LbpVariant::paper
                                                   ? paper_code(neighbours, stretch, x, n, i, j, c)
                                                   : circle_code(neighbours, x, n, i, j, c);
          y(n, i, j, c) = code ? float(label(*code)) : std::numeric_limits<float>::quiet_NaN();
        }
    }
}

}  // namespace unetsr::kernels::reference
