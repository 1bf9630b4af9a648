#ifdef __x86_64__
#define UNETSR_LANES 16
#define UNETSR_ACCUMULATORS 24
#include "kernels/cpu/conv_tile_loops.hpp"

namespace unetsr::kernels::cpu {

const TileKernels& tile_kernels_avx512() {
  static const TileKernels kernels = make_tile_kernels("avx512");
  return kernels;
}

}  // namespace unetsr::kernels::cpu
#endif
