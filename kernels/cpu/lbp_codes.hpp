#pragma once
#include <cstdint>

// The loops of lbp over runs of cells of one channel that lie side by side. A code of -1 says that a value is missing.
namespace unetsr::kernels::cpu {

// Where a neighbour lies: so far from the centre in memory, and weighted, where it lies between cells.
struct LbpNeighbour {
  int cells = 0;  // 1, 2 or 4
  int64_t offset[4];
  double weight[4];
};

// All bits of eight neighbours of one cell each: at least as large as the centre, or `greater`.
void eight_neighbour_codes(const LbpNeighbour* neighbours, bool greater, const float* centre, int64_t count,
                           int* codes);

// Bit `p` of the codes. The sums round as the specification's do.
void set_code_bit(const LbpNeighbour& neighbour, int p, const float* centre, int64_t count, int* codes);

// Codes as numbers, NaN for -1.
void write_codes(const int* codes, int64_t count, float* y);

// table[code]; table[-1] is there.
void look_up_codes(const float* table, const int* codes, int64_t count, float* y);

// `stretched` = trunc((values - low) / (high - low) * 255), 0 where high is not above low.
void stretch(const float* values, double low, double high, int64_t count, float* stretched);

// Widens low .. high to the values that are not missing.
void widen_range(const float* values, int64_t count, float& low, float& high);

}  // namespace unetsr::kernels::cpu
