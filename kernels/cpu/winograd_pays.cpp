#include "kernels/cpu/winograd.hpp"
#include "kernels/cpu/winograd_geometry.hpp"

namespace unetsr::kernels::cpu {

// Compares the vector operations of both ways, for vectors of 16 channels whatever the processor has, so that the
// choice depends on the shape alone. The constants are measured: a transform of a patch, a tile or a kernel takes as
// long as this many multiply-adds in a matrix product, and direct convolutions reach three quarters of its speed.
bool winograd_pays(int kernel_rows, int kernel_columns, Shape x, int outputs) {
  if (kernel_rows != 3 || kernel_columns != 3) return false;
  constexpr double of_patch = 200, of_tile = 200, of_kernel = 200, direct_slowness = 4.0 / 3;
  const double input_vectors = (x.c + 15) / 16, output_vectors = (outputs + 15) / 16;
  const double tiles = double(WinogradGrid(x.n, x.h, x.w).tiles), products = x.c * output_vectors;
  const double winograd = winograd_points * tiles * products + of_patch * tiles * input_vectors +
                          of_tile * tiles * output_vectors + of_kernel * products;
  const double taps_inside = double(x.n) * (3 * x.h - 2) * (3 * x.w - 2);
  return winograd < direct_slowness * taps_inside * products;
}

}  // namespace unetsr::kernels::cpu
