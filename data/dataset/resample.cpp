#include "data/dataset/resample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::data {
namespace {

void require_size(size_t got, Shape shape, const char* what) {
  if (int64_t(got) != shape.size())
    throw ShapeError(std::string(what) + ": " + std::to_string(got) + " values for " + kernels::to_string(shape));
}

struct Taps {
  int first = 0;
  std::array<double, 4> weights = {};
};

double keys(double t) {
  t = std::abs(t);
  if (t <= 1) return (1.5 * t - 2.5) * t * t + 1;
  if (t < 2) return ((-0.5 * t + 2.5) * t - 4) * t + 2;
  return 0;
}

// For every fine cell along an axis, the blocks first .. first + 3 (clamped by the caller) and their weights.
std::vector<Taps> taps_along(int fine, int factor, Interpolation kind) {
  std::vector<Taps> taps(size_t(fine), Taps{});
  for (int i = 0; i < fine; ++i) {
    // In integers, so that a part of an image gets the weights of the whole to the last bit.
    const int halves = 2 * i + 1 - factor, block = halves < 0 ? -1 : halves / (2 * factor);
    const double fraction = double(halves - block * 2 * factor) / (2 * factor);
    Taps& t = taps[size_t(i)];
    t.first = block - 1;
    if (kind == Interpolation::nearest) {
      t.weights[size_t(i / factor - t.first)] = 1;
      continue;
    }
    for (int k = 0; k < 4; ++k) {
      const double distance = fraction - (k - 1);
      t.weights[size_t(k)] = kind == Interpolation::bicubic ? keys(distance) : std::max(0.0, 1 - std::abs(distance));
    }
  }
  return taps;
}

// Of the values that are there, and of their weights.
struct WeightedSum {
  double sum = 0, weight = 0;
};

constexpr int beyond = 2;  // columns that taps reach beyond an image's edge, on either side

// The taps of one fine row, down each column of blocks from -beyond on; columns beyond the edge repeat it. What a fine
// cell takes from a 4 x 4 of blocks is then a sum of four of these, missing blocks or not.
std::vector<WeightedSum> weighted_down(const float* image, Shape coarse, const Taps& taps) {
  std::vector<WeightedSum> columns(size_t(coarse.w + 2 * beyond));
  for (int a = 0; a < 4; ++a) {
    const double w = taps.weights[size_t(a)];
    if (w == 0) continue;
    const float* blocks = image + int64_t(std::clamp(taps.first + a, 0, coarse.h - 1)) * coarse.w;
    for (int j = 0; j < coarse.w; ++j) {
      WeightedSum& column = columns[size_t(j + beyond)];
      if (!std::isnan(blocks[j])) column.sum += w * double(blocks[j]), column.weight += w;
    }
  }
  std::fill_n(columns.begin(), beyond, columns[beyond]);
  std::fill_n(columns.end() - beyond, beyond, columns[size_t(coarse.w + beyond - 1)]);
  return columns;
}

}  // namespace

Shape block_shape(Shape fine, int factor) {
  return {fine.n, (fine.h + factor - 1) / factor, (fine.w + factor - 1) / factor, fine.c};
}

std::vector<float> block_mean(std::span<const float> fine, Shape shape, int factor, std::span<const float> weights) {
  require_size(fine.size(), shape, "block mean");
  if (!weights.empty()) require_size(weights.size(), shape, "block mean, weights");
  const Shape blocks = block_shape(shape, factor);
  std::vector<float> means(size_t(blocks.size()), missing);
  parallel_for(int64_t(blocks.n) * blocks.h, [&](int64_t row) {
    const int64_t window = row / blocks.h, block_row = row % blocks.h;
    for (int block_column = 0; block_column < blocks.w; ++block_column) {
      double sum = 0, weight = 0;
      int present = 0, cells = 0;
      for (int64_t i = block_row * factor; i < std::min<int64_t>(shape.h, (block_row + 1) * factor); ++i)
        for (int j = block_column * factor; j < std::min(shape.w, (block_column + 1) * factor); ++j) {
          const size_t cell = size_t((window * shape.h + i) * shape.w + j);
          const double w = weights.empty() ? 1 : double(weights[cell]);
          ++cells;
          if (std::isnan(fine[cell]) || !(w > 0)) continue;
          ++present;
          sum += w * double(fine[cell]), weight += w;
        }
      if (2 * present >= cells) means[size_t(row * blocks.w + block_column)] = float(sum / weight);
    }
  });
  return means;
}

std::vector<float> block_mode(std::span<const float> fine, Shape shape, int factor) {
  require_size(fine.size(), shape, "block mode");
  const Shape blocks = block_shape(shape, factor);
  std::vector<float> modes(size_t(blocks.size()), missing);
  parallel_for(int64_t(blocks.n) * blocks.h, [&](int64_t row) {
    const int64_t window = row / blocks.h, block_row = row % blocks.h;
    for (int block_column = 0; block_column < blocks.w; ++block_column) {
      std::map<float, int> count;
      int present = 0, cells = 0, most = 0;
      for (int64_t i = block_row * factor; i < std::min<int64_t>(shape.h, (block_row + 1) * factor); ++i)
        for (int j = block_column * factor; j < std::min(shape.w, (block_column + 1) * factor); ++j, ++cells)
          if (const float v = fine[size_t((window * shape.h + i) * shape.w + j)]; !std::isnan(v)) ++present, ++count[v];
      if (2 * present < cells) continue;
      for (const auto& [value, times] : count)
        if (times > most) most = times, modes[size_t(row * blocks.w + block_column)] = value;
    }
  });
  return modes;
}

std::vector<float> refine(std::span<const float> blocks, Shape fine, int factor, Interpolation kind) {
  const Shape coarse = block_shape(fine, factor);
  require_size(blocks.size(), coarse, "refinement");
  const std::vector<Taps> down = taps_along(fine.h, factor, kind), across = taps_along(fine.w, factor, kind);
  std::vector<float> values(size_t(fine.size()), missing);
  parallel_for(int64_t(fine.n) * fine.h, [&](int64_t row) {
    const int64_t window = row / fine.h, i = row % fine.h;
    const float* image = blocks.data() + window * coarse.h * coarse.w;
    const std::vector<WeightedSum> columns = weighted_down(image, coarse, down[size_t(i)]);
    for (int j = 0; j < fine.w; ++j) {
      if (std::isnan(image[i / factor * coarse.w + j / factor])) continue;
      const Taps& h = across[size_t(j)];
      const WeightedSum* column = &columns[size_t(h.first + beyond)];
      double sum = 0, weight = 0;
      for (size_t b = 0; b < 4; ++b)
        if (h.weights[b] != 0) sum += h.weights[b] * column[b].sum, weight += h.weights[b] * column[b].weight;
      values[size_t(row * fine.w + j)] = float(sum / weight);
    }
  });
  return values;
}

}  // namespace unetsr::data
