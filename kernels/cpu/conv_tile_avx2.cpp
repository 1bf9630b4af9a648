#ifdef __x86_64__
#define UNETSR_LANES 8
#define UNETSR_ACCUMULATORS 12
#include "kernels/cpu/conv_tile_loops.hpp"

namespace unetsr::kernels::cpu {

const TileKernels& tile_kernels_avx2() {
  static const TileKernels kernels = make_tile_kernels("avx2");
  return kernels;
}

}  // namespace unetsr::kernels::cpu
#endif
