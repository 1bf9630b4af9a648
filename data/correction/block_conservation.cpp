#include "data/correction/block_conservation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "data/dataset/resample.hpp"

namespace unetsr::data {
namespace {

constexpr float enough = 1e-4f;
// A step leaves at most three quarters of the difference in whole blocks.
constexpr int most_steps = 100;

// The coarse SIF less the means; 0 in blocks that take no part.
std::vector<float> lacking(std::span<const float> map, Shape shape, int factor, std::span<const float> coarse) {
  std::vector<float> lack = block_mean(map, shape, factor);
  for (size_t b = 0; b < lack.size(); ++b) {
    lack[b] = coarse[b] - lack[b];
    if (std::isnan(lack[b])) lack[b] = 0;
  }
  return lack;
}

float largest(const std::vector<float>& values) {
  float most = 0;
  for (const float v : values) most = std::max(most, std::abs(v));
  return most;
}

}  // namespace

BlockFit conserve_blocks(std::span<float> map, const Grid& grid, int factor, std::span<const float> coarse) {
  const Shape shape = {1, grid.rows, grid.columns, 1};
  const std::vector<float> means = block_mean(map, shape, factor);
  BlockFit fit;
  double squares = 0, present = 0;
  for (size_t b = 0; b < means.size(); ++b) {
    if (std::isnan(coarse[b])) continue;
    ++(std::isnan(means[b]) ? fit.left_out : fit.blocks);
    if (!std::isnan(means[b])) squares += std::pow(double(coarse[b]) - double(means[b]), 2);
  }
  if (fit.blocks > 0) fit.before = std::sqrt(squares / double(fit.blocks));

  std::vector<float> centres(means.size(), 0.0f), lack = lacking(map, shape, factor, coarse);
  std::vector<float> corrected(map.begin(), map.end());
  for (int step = 0; step < most_steps && largest(lack) > enough; ++step) {
    for (size_t b = 0; b < centres.size(); ++b) centres[b] += lack[b];
    corrected = refine(centres, shape, factor, Interpolation::bilinear);
    for (size_t i = 0; i < map.size(); ++i) corrected[i] += map[i];
    lack = lacking(corrected, shape, factor, coarse);
  }
  squares = 0;
  const int across = block_shape(shape, factor).w;
  for (size_t i = 0; i < map.size(); ++i) {
    if (std::isnan(map[i])) continue;
    const size_t row = i / size_t(grid.columns), column = i % size_t(grid.columns);
    const float value = corrected[i] + lack[row / size_t(factor) * size_t(across) + column / size_t(factor)];
    squares += std::pow(double(value) - double(map[i]), 2), ++present;
    map[i] = value;
  }
  if (present > 0) fit.correction = std::sqrt(squares / present);
  return fit;
}

}  // namespace unetsr::data
