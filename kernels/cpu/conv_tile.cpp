#include "kernels/cpu/conv_tile.hpp"

#include <cstdlib>
#include <string>

#include "kernels/error.hpp"

namespace unetsr::kernels::cpu {
namespace {

#ifdef __x86_64__
bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
}
#endif

const TileKernels& choose() {
  const char* variable = std::getenv("UNETSR_CPU");
  const std::string wanted = variable ? variable : "";
#ifdef __x86_64__
  if (has_avx512() && (wanted.empty() || wanted == "avx512")) return tile_kernels_avx512();
  if (has_avx2() && (wanted.empty() || wanted == "avx2")) return tile_kernels_avx2();
#endif
  if (wanted.empty() || wanted == "portable") return tile_kernels_portable();
  throw Error("UNETSR_CPU=" + wanted + ": this processor has no such kernels; take portable, avx2 or avx512");
}

}  // namespace

const TileKernels& tile_kernels() {
  static const TileKernels& kernels = choose();
  return kernels;
}

int tile_vectors_log2(int outputs) {
  const int needed = (outputs + tile_kernels().lanes - 1) / tile_kernels().lanes;
  int log2 = tile_kernels().max_vectors_log2;
  while (log2 > 0 && needed % (1 << log2) != 0) --log2;
  return log2;
}

}  // namespace unetsr::kernels::cpu
