#define UNETSR_LANES 4
#define UNETSR_ACCUMULATORS 12
#include "kernels/cpu/conv_tile_loops.hpp"

namespace unetsr::kernels::cpu {

const TileKernels& tile_kernels_portable() {
  static const TileKernels kernels = make_tile_kernels("portable");
  return kernels;
}

}  // namespace unetsr::kernels::cpu
