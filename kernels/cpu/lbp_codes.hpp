#pragma once
#include <cstdint>
#include <vector>

// The loops of lbp over runs of cells of one channel that lie side by side. A code of -1 means that a value is missing.
namespace unetsr::kernels::cpu {

// A circle of neighbours round a cell, in memory.
struct LbpCircle {
  struct Neighbour {
    int cells = 0;  // 1, 2 or 4: weighted, where it lies between cells
    int cell[4];    // of `offsets`
    double weight[4];
  };
  std::vector<Neighbour> neighbours;
  std::vector<int64_t> offsets;  // from the centre: each cell that neighbours read, once
};

// All bits of eight neighbours of one cell each: at least as large as the centre, or `greater`.
void eight_neighbour_codes(const LbpCircle&, bool greater, const float* centre, int64_t count, int* codes);

// All bits of any circle: at least as large as the centre. The sums round as the specification's do.
void circle_codes(const LbpCircle&, const float* centre, int64_t count, int* codes);

// Codes as numbers, NaN for -1.
void write_codes(const int* codes, int64_t count, float* y);

// table[code]; table[-1] is there.
void look_up_codes(const float* table, const int* codes, int64_t count, float* y);

// `stretched` = trunc((values - low) / (high - low) * 255), 0 where high is not above low.
void stretch(const float* values, double low, double high, int64_t count, float* stretched);

// Widens low .. high to the values that are not missing.
void widen_range(const float* values, int64_t count, float& low, float& high);

}  // namespace unetsr::kernels::cpu
