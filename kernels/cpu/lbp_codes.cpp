#include "kernels/cpu/lbp_codes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/clones.hpp"

namespace unetsr::kernels::cpu {
namespace {

constexpr int lanes = 8;
typedef float Floats __attribute__((vector_size(lanes * sizeof(float)), aligned(4)));
typedef int Ints __attribute__((vector_size(lanes * sizeof(int)), aligned(4)));
typedef double Doubles __attribute__((vector_size(lanes * sizeof(double))));

// A difference is NaN where a value is missing, and at least 0 exactly where the neighbour is at least the centre.
template <bool greater>
[[gnu::always_inline]] inline void compare(const LbpNeighbour* neighbours, const float* __restrict centre,
                                           int64_t count, int* __restrict codes) {
  int64_t offset[8];
  for (int p = 0; p < 8; ++p) offset[p] = neighbours[p].offset[0];
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

UNETSR_CLONES void at_least_codes(const LbpNeighbour* neighbours, const float* centre, int64_t count, int* codes) {
  compare<false>(neighbours, centre, count, codes);
}

UNETSR_CLONES void greater_codes(const LbpNeighbour* neighbours, const float* centre, int64_t count, int* codes) {
  compare<true>(neighbours, centre, count, codes);
}

[[gnu::always_inline]] inline Doubles load(const float* p) {
  return __builtin_convertvector(*reinterpret_cast<const Floats*>(p), Doubles);
}

template <int cells>
[[gnu::always_inline]] inline void set_bits(const LbpNeighbour& neighbour, int p, const float* centre, int* codes) {
  const Doubles value = load(centre);
  Doubles sum = neighbour.weight[0] * (load(centre + neighbour.offset[0]) - value);
  for (int k = 1; k < cells; ++k) sum += neighbour.weight[k] * (load(centre + neighbour.offset[k]) - value);
  const auto bits = ((sum >= 0.0) & (int64_t(1) << p)) | (sum != sum);
  *reinterpret_cast<Ints*>(codes) |= __builtin_convertvector(bits, Ints);
}

// The last vector overlaps the one before: bits may be set twice.
template <int cells>
[[gnu::always_inline]] inline void set_all_bits(const LbpNeighbour& neighbour, int p, const float* centre,
                                                int64_t count, int* codes) {
  const LbpNeighbour own = neighbour;
  for (int64_t j = 0; j + lanes <= count; j += lanes) set_bits<cells>(own, p, centre + j, codes + j);
  if (count % lanes != 0) set_bits<cells>(own, p, centre + count - lanes, codes + count - lanes);
}

UNETSR_CLONES void set_bits_of_one(const LbpNeighbour& n, int p, const float* centre, int64_t count, int* codes) {
  set_all_bits<1>(n, p, centre, count, codes);
}
UNETSR_CLONES void set_bits_of_two(const LbpNeighbour& n, int p, const float* centre, int64_t count, int* codes) {
  set_all_bits<2>(n, p, centre, count, codes);
}
UNETSR_CLONES void set_bits_of_four(const LbpNeighbour& n, int p, const float* centre, int64_t count, int* codes) {
  set_all_bits<4>(n, p, centre, count, codes);
}

void set_bit_of_cell(const LbpNeighbour& neighbour, int p, const float* centre, int& code) {
  double sum = 0;
  for (int k = 0; k < neighbour.cells; ++k)
    sum += neighbour.weight[k] * (double(centre[neighbour.offset[k]]) - double(*centre));
  code |= sum != sum ? -1 : (sum >= 0) << p;
}

}  // namespace

void eight_neighbour_codes(const LbpNeighbour* neighbours, bool greater, const float* centre, int64_t count,
                           int* codes) {
  (greater ? greater_codes : at_least_codes)(neighbours, centre, count, codes);
}

void set_code_bit(const LbpNeighbour& neighbour, int p, const float* centre, int64_t count, int* codes) {
  if (count < lanes) {
    for (int64_t j = 0; j < count; ++j) set_bit_of_cell(neighbour, p, centre + j, codes[j]);
    return;
  }
  (neighbour.cells == 1   ? set_bits_of_one
   : neighbour.cells == 2 ? set_bits_of_two
                          : set_bits_of_four)(neighbour, p, centre, count, codes);
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
