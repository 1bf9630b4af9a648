#pragma once
#include <cstdint>

// Sums over what is there: NaN is missing.
namespace unetsr::data {

// Adds the values that are there to sums, and 1 for each of them to counts.
void add_present(const float* values, int64_t count, double* sums, float* counts);

// Of each pixel of a row the mean of its eight neighbours that are there, NaN without any. above, below: the rows
// beside it, none at the rim.
void mean_neighbours(const float* above, const float* own, const float* below, int columns, double* mean);

}  // namespace unetsr::data
