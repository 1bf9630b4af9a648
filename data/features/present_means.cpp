#include "data/features/present_means.hpp"

#include <algorithm>

#include "kernels/cpu/clones.hpp"

namespace unetsr::data {
namespace {

UNETSR_CLONES void add_present_values(const float* values, int64_t count, double* sums, float* counts) {
  for (int64_t i = 0; i < count; ++i) {
    const bool there = values[i] == values[i];
    sums[i] += there ? double(values[i]) : 0;
    counts[i] += there ? 1 : 0;
  }
}

UNETSR_CLONES void mean_of_neighbours(const float* above, const float* own, const float* below, int columns,
                                      double* mean) {
  constexpr int most = 256;  // columns at once
  double sums[most + 2], counts[most + 2], middle[most + 2], here[most + 2];
  for (int first = 0; first < columns; first += most) {
    const int last = std::min(columns, first + most), from = std::max(first - 1, 0), to = std::min(last + 1, columns);
    sums[0] = counts[0] = middle[0] = here[0] = 0;
    sums[last - first + 1] = counts[last - first + 1] = middle[last - first + 1] = here[last - first + 1] = 0;
    const int shift = 1 - first;  // of a column in these arrays
    for (int j = from; j < to; ++j) {
      const double v = double(own[j]);
      const bool there = v == v;
      middle[j + shift] = sums[j + shift] = there ? v : 0;
      here[j + shift] = counts[j + shift] = there ? 1 : 0;
    }
    for (const float* row : {above, below})
      if (row)
        for (int j = from; j < to; ++j) {
          const double v = double(row[j]);
          const bool there = v == v;
          sums[j + shift] += there ? v : 0;
          counts[j + shift] += there ? 1 : 0;
        }
    for (int j = first; j < last; ++j) {
      const int k = j + shift;
      mean[j] =
          (sums[k - 1] + (sums[k] - middle[k]) + sums[k + 1]) / (counts[k - 1] + (counts[k] - here[k]) + counts[k + 1]);
    }
  }
}

}  // namespace

void add_present(const float* values, int64_t count, double* sums, float* counts) {
  add_present_values(values, count, sums, counts);
}

void mean_neighbours(const float* above, const float* own, const float* below, int columns, double* mean) {
  mean_of_neighbours(above, own, below, columns, mean);
}

}  // namespace unetsr::data
