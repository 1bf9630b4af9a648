#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/random.hpp"

namespace unetsr::test {

// A square field of normal errors of variance 1, correlated as exp(-(|x| + |y|) / length), row by row and column by
// column.
inline std::vector<float> correlated_field(int side, double length, uint64_t seed) {
  Random random(seed, 5);
  const double kept = length > 0 ? std::exp(-1 / length) : 0, own = std::sqrt(1 - kept * kept);
  std::vector<double> field(size_t(side) * size_t(side));
  for (double& v : field) v = random.normal();
  const auto filter = [&](size_t first, size_t step) {
    for (size_t k = 1; k < size_t(side); ++k)
      field[first + k * step] = kept * field[first + (k - 1) * step] + own * field[first + k * step];
  };
  for (size_t i = 0; i < size_t(side); ++i) filter(i * size_t(side), 1);
  for (size_t i = 0; i < size_t(side); ++i) filter(i, size_t(side));
  return {field.begin(), field.end()};
}

}  // namespace unetsr::test
