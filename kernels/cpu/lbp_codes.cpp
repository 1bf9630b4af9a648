#include "kernels/cpu/lbp_codes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/clones.hpp"
#include "kernels/lbp.hpp"

namespace unetsr::kernels::cpu {
namespace {

constexpr int lanes = 4, most_cells = 4 * most_lbp_points;
typedef float Floats __attribute__((vector_size(lanes * sizeof(float)), aligned(4)));
typedef int Ints __attribute__((vector_size(lanes * sizeof(int)), aligned(4)));
typedef double Doubles __attribute__((vector_size(lanes * sizeof(double))));
typedef int64_t Masks __attribute__((vector_size(lanes * sizeof(int64_t))));

// A difference is NaN where a value is missing, and at least 0 exactly where the neighbour is at least the centre.
template <bool greater>
[[gnu::always_inline]] inline void compare(const LbpCircle& circle, const float* __restrict centre, int64_t count,
                                           int* __restrict codes) {
  int64_t offset[8];
  for (size_t p = 0; p < 8; ++p) offset[p] = circle.offsets[size_t(circle.neighbours[p].cell[0])];
  for (int64_t j = 0; j < count; ++j) {
    const float value = centre[j];
    float difference[8];
    for (int p = 0; p < 8; ++p) difference[p] = centre[j + offset[p]] - value;
    int code = 0;
    for (int p = 0; p < 8; ++p) code |= (greater ? difference[p] > 0 : difference[p] >= 0) ? 1 << p : 0;
    for (int p = 0; p < 8; p += 2) code |= __builtin_isunordered(difference[p], difference[p + 1]) ? -1 : 0;
    codes[j] = code;
  }
}

UNETSR_CLONES void at_least_codes(const LbpCircle& circle, const float* centre, int64_t count, int* codes) {
  compare<false>(circle, centre, count, codes);
}

UNETSR_CLONES void greater_codes(const LbpCircle& circle, const float* centre, int64_t count, int* codes) {
  compare<true>(circle, centre, count, codes);
}

[[gnu::always_inline]] inline Doubles load(const float* p) {
  return __builtin_convertvector(*reinterpret_cast<const Floats*>(p), Doubles);
}

template <int cells>
[[gnu::always_inline]] inline Doubles weighted(const LbpCircle::Neighbour& neighbour, const Doubles* differences) {
  Doubles sum = neighbour.weight[0] * differences[neighbour.cell[0]];
  for (int k = 1; k < cells; ++k) sum += neighbour.weight[k] * differences[neighbour.cell[k]];
  return sum;
}

// Each cell's difference from the centre is made once, however many neighbours read it.
[[gnu::always_inline]] inline void codes_of_vector(const LbpCircle& circle, const float* centre, int* codes) {
  const Doubles value = load(centre);
  Doubles differences[most_cells];
  const size_t cells = circle.offsets.size();
  for (size_t k = 0; k < cells; ++k) differences[k] = load(centre + circle.offsets[k]) - value;
  Masks code = {}, bit = Masks{} + 1;
  for (const LbpCircle::Neighbour& n : circle.neighbours) {
    const Doubles sum = n.cells == 1   ? weighted<1>(n, differences)
                        : n.cells == 2 ? weighted<2>(n, differences)
                                       : weighted<4>(n, differences);
    code |= ((sum >= 0.0) & bit) | (sum != sum);
    bit += bit;
  }
  *reinterpret_cast<Ints*>(codes) = __builtin_convertvector(code, Ints);
}

// The last vector overlaps the one before.
UNETSR_CLONES void codes_of_vectors(const LbpCircle& circle, const float* centre, int64_t count, int* codes) {
  for (int64_t j = 0; j + lanes <= count; j += lanes) codes_of_vector(circle, centre + j, codes + j);
  if (count % lanes != 0) codes_of_vector(circle, centre + count - lanes, codes + count - lanes);
}

int code_of_cell(const LbpCircle& circle, const float* centre) {
  int code = 0;
  for (size_t p = 0; p < circle.neighbours.size(); ++p) {
    const LbpCircle::Neighbour& n = circle.neighbours[p];
    double sum = 0;
    for (int k = 0; k < n.cells; ++k)
      sum += n.weight[k] * (double(centre[circle.offsets[size_t(n.cell[k])]]) - double(*centre));
    code |= sum != sum ? -1 : (sum >= 0) << p;
  }
  return code;
}

}  // namespace

void eight_neighbour_codes(const LbpCircle& circle, bool greater, const float* centre, int64_t count, int* codes) {
  (greater ? greater_codes : at_least_codes)(circle, centre, count, codes);
}

void circle_codes(const LbpCircle& circle, const float* centre, int64_t count, int* codes) {
  if (count >= lanes) return codes_of_vectors(circle, centre, count, codes);
  for (int64_t j = 0; j < count; ++j) codes[j] = code_of_cell(circle, centre + j);
}

UNETSR_CLONES void write_codes(const int* codes, int64_t count, float* y) {
#pragma GCC ivdep
  for (int64_t j = 0; j < count; ++j) y[j] = codes[j] < 0 ? std::numeric_limits<float>::quiet_NaN() : float(codes[j]);
}

UNETSR_CLONES void look_up_codes(const float* table, const int* codes, int64_t count, float* y) {
#pragma GCC ivdep
  for (int64_t j = 0; j < count; ++j) y[j] = table[codes[j]];
}

UNETSR_CLONES void stretch(const float* values, double low, double high, int64_t count, float* stretched) {
  const double range = high - low;
  if (!(range > 0)) {
    for (int64_t j = 0; j < count; ++j) stretched[j] = values[j] == values[j] ? 0.0f : values[j];
    return;
  }
#pragma GCC ivdep
  for (int64_t j = 0; j < count; ++j) stretched[j] = float(std::trunc((double(values[j]) - low) / range * 255));
}

UNETSR_CLONES void widen_range(const float* values, int64_t count, float& low, float& high) {
  constexpr int sums = 64;
  float lows[sums], highs[sums];
  std::fill(lows, lows + sums, low), std::fill(highs, highs + sums, high);
  int64_t j = 0;
  for (; j + sums <= count; j += sums)
    for (int k = 0; k < sums; ++k) {
      lows[k] = values[j + k] < lows[k] ? values[j + k] : lows[k];
      highs[k] = values[j + k] > highs[k] ? values[j + k] : highs[k];
    }
  for (int k = 0; j < count; ++j, ++k) {
    lows[k] = values[j] < lows[k] ? values[j] : lows[k];
    highs[k] = values[j] > highs[k] ? values[j] : highs[k];
  }
  low = *std::min_element(lows, lows + sums), high = *std::max_element(highs, highs + sums);
}

}  // namespace unetsr::kernels::cpu
