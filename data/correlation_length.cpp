#include "data/correlation_length.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace unetsr::data {
namespace {

// Mean over the cells that are there, and the same of the squares of what differs from it.
struct Moments {
  double mean = 0, variance = 0;
};

Moments moments_of(std::span<const float> field) {
  double n = 0, sum = 0, squares = 0;
  for (const float v : field)
    if (!std::isnan(v)) n += 1, sum += double(v);
  const double mean = sum / n;
  for (const float v : field)
    if (!std::isnan(v)) squares += (double(v) - mean) * (double(v) - mean);
  return {mean, squares / n};
}

double correlation(std::span<const float> field, Shape shape, const Moments& moments, int lag) {
  double sum = 0, pairs = 0;
  const auto pair = [&](size_t a, size_t b) {
    if (std::isnan(field[a]) || std::isnan(field[b])) return;
    sum += (double(field[a]) - moments.mean) * (double(field[b]) - moments.mean);
    pairs += 1;
  };
  const size_t columns = size_t(shape.w), down = size_t(lag) * columns;
  for (size_t line = 0; line < size_t(shape.n) * size_t(shape.h); ++line)
    for (size_t j = 0; j < columns; ++j) {
      const size_t cell = line * columns + j;
      if (j + size_t(lag) < columns) pair(cell, cell + size_t(lag));
      if (int(line % size_t(shape.h)) + lag < shape.h) pair(cell, cell + down);
    }
  return sum / pairs / moments.variance;
}

}  // namespace

int correlation_length(std::span<const float> field, Shape shape) {
  const Moments moments = moments_of(field);
  if (!(moments.variance > 0)) return 0;
  const int most = std::max(1, std::min(shape.h, shape.w) / 4);
  for (int lag = 1; lag < most; ++lag)
    if (!(correlation(field, shape, moments, lag) >= 1 / std::numbers::e)) return lag;
  return most;
}

}  // namespace unetsr::data
