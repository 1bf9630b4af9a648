#pragma once
#include <cuda_runtime.h>

#include <cstdint>

// The instructions that CUDA C++ has no name for, each beside its effect in C++. The only inline assembly.
namespace unetsr::kernels::cuda {

// How mma.sync sees its lanes: in a matrix of 8 rows and 4 columns, lane l stands at row l / 4, column l % 4.
//   a (16 x depth)   register 2 k + r holds row `row` + 8 r, column `column` + 4 k; of bf16 the two columns
//                    2 `column` + 8 k and the next
//   b (depth x 8)    register k holds column `row`, row `column` + 4 k; of bf16 likewise two rows
//   c (16 x 8)       register 2 r + e holds row `row` + 8 r, column 2 `column` + e
// So does ldmatrix, which fetches 1, 2 or 4 matrices of 8 x 8 values of 16 bits: lane 8 m + i holds the address of row
// i of matrix m, 16 aligned bytes of shared memory, and register m gets row `row`, columns 2 `column` and the next;
// transposed the two rows 2 `column` and the next of column `row`. A row may be four floats as well: then `column` is
// the float's.

#ifdef __CUDACC__

// Copies 4 or 16 aligned bytes from device to shared memory, zeros where `from` is null. Arrives with its group.
template <int bytes>
__device__ __forceinline__ void copy_async(void* to, const void* from) {
  const unsigned place = unsigned(__cvta_generic_to_shared(to)), taken = from ? bytes : 0;
  if constexpr (bytes == 16)
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(place), "l"(from), "r"(taken) : "memory");
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(place), "l"(from), "r"(taken) : "memory");
}
__device__ __forceinline__ void end_group_of_copies() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}
// Until no more than `groups` of the thread's own groups are under way.
template <int groups>
__device__ __forceinline__ void wait_for_copies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(groups) : "memory");
}

// ldmatrix; `row` of lanes from 8 `matrices` on is not looked at.
template <bool transposed = false, int matrices>
__device__ __forceinline__ void load_matrices(unsigned (&to)[matrices], const void* row) {
  static_assert(matrices == 1 || matrices == 2 || matrices == 4);
  const unsigned place = unsigned(__cvta_generic_to_shared(row));
  if constexpr (matrices == 1 && !transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];" : "=r"(to[0]) : "r"(place) : "memory");
  else if constexpr (matrices == 1 && transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];" : "=r"(to[0]) : "r"(place) : "memory");
  else if constexpr (matrices == 2 && !transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
                 : "=r"(to[0]), "=r"(to[1])
                 : "r"(place)
                 : "memory");
  else if constexpr (matrices == 2 && transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
                 : "=r"(to[0]), "=r"(to[1])
                 : "r"(place)
                 : "memory");
  else if constexpr (matrices == 4 && !transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(place)
                 : "memory");
  else if constexpr (matrices == 4 && transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(place)
                 : "memory");
}

// To 10 bits of mantissa, to nearest, ties away from zero.
__device__ __forceinline__ unsigned to_tf32(float x) {
  unsigned bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return bits;
}
// To nearest, ties to even; `low` in the lower half.
__device__ __forceinline__ unsigned to_bf16(float low, float high) {
  unsigned bits;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
  return bits;
}

// c += a b, of depth 8.
__device__ __forceinline__ void multiply_tf32(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
// c += a b, of depth 16.
__device__ __forceinline__ void multiply_bf16(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#else

template <int bytes>
void copy_async(void* to, const void* from, emulator::Site site = emulator::Site::here()) {
  emulator::start_copy(to, from, bytes, site);
}
inline void end_group_of_copies() {
  emulator::commit_copies();
}
template <int groups>
void wait_for_copies(emulator::Site site = emulator::Site::here()) {
  emulator::wait_for_copies(groups, site);
}

template <bool transposed = false, int matrices>
void load_matrices(unsigned (&to)[matrices], const void* row, emulator::Site site = emulator::Site::here()) {
  static_assert(matrices == 1 || matrices == 2 || matrices == 4);
  emulator::load_matrices(to, matrices, transposed, row, site);
}

inline unsigned to_tf32(float x) {
  const unsigned bits = __float_as_uint(x);
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fffffff : (bits + 0x1000) & ~0x1fffu;
}
inline unsigned to_bf16(float low, float high) {
  const auto half = [](float x) {
    const unsigned bits = __float_as_uint(x);
    return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fffu : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  };
  return half(high) << 16 | half(low);
}

struct Factors {
  unsigned a[4], b[2];
};

inline EMULATOR_UNOBSERVED void multiply_tf32(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                                              emulator::Site site = emulator::Site::here()) {
  const auto of = emulator::meet(~0u, Factors{{a[0], a[1], a[2], a[3]}, {b[0], b[1]}}, "mma.sync", site);
  const int row = emulator::current_lane() / 4, column = emulator::current_lane() % 4 * 2;
  for (int k = 0; k < 8; ++k)
    for (int e = 0; e < 2; ++e) {
      const float factor = __uint_as_float(of((column + e) * 4 + k % 4).b[k / 4]);
      for (int r = 0; r < 2; ++r) c[2 * r + e] += __uint_as_float(of(row * 4 + k % 4).a[k / 4 * 2 + r]) * factor;
    }
}
inline EMULATOR_UNOBSERVED void multiply_bf16(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                                              emulator::Site site = emulator::Site::here()) {
  const auto of = emulator::meet(~0u, Factors{{a[0], a[1], a[2], a[3]}, {b[0], b[1]}}, "mma.sync", site);
  const auto number = [](unsigned pair, int k) { return __uint_as_float(k % 2 ? pair & 0xffff0000u : pair << 16); };
  const int row = emulator::current_lane() / 4, column = emulator::current_lane() % 4 * 2;
  for (int k = 0; k < 16; ++k)
    for (int e = 0; e < 2; ++e) {
      const float factor = number(of((column + e) * 4 + k % 8 / 2).b[k / 8], k);
      for (int r = 0; r < 2; ++r) c[2 * r + e] += number(of(row * 4 + k % 8 / 2).a[k / 8 * 2 + r], k) * factor;
    }
}

#endif

}  // namespace unetsr::kernels::cuda
