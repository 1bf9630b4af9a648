#pragma once
#include <cstdint>
#include <cstring>
#include <utility>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

// The vectors of one instruction set. Included by sources that are compiled for it and define UNETSR_LANES (floats a
// vector); the anonymous namespace keeps the copies apart.
namespace unetsr::kernels::cpu {
namespace {

#define UNETSR_INLINE __attribute__((always_inline))
#ifdef __clang__  // needs a lambda's attributes on the other side of `mutable`
#define UNETSR_MUTABLE_INLINE UNETSR_INLINE mutable
#else
#define UNETSR_MUTABLE_INLINE mutable UNETSR_INLINE
#endif

constexpr int lanes = UNETSR_LANES;
typedef float Vector __attribute__((vector_size(lanes * sizeof(float))));
typedef float UnalignedVector __attribute__((vector_size(lanes * sizeof(float)), aligned(4)));

inline Vector load(const float* p) {
  return *reinterpret_cast<const UnalignedVector*>(p);
}
inline void store(float* p, Vector v) {
  *reinterpret_cast<UnalignedVector*>(p) = v;
}

// Prefetches memory into the second-level cache, since the first one is small. Any address is allowed.
inline void prefetch(const float* p) {
  constexpr int to_read = 0, second_level = 2;
  __builtin_prefetch(p, to_read, second_level);
}

// The first `count` values, which may be none or more than a vector; the others are 0 and are not touched.
#ifdef __AVX512F__
inline __mmask16 first_lanes(int count) {
  return __mmask16((1u << (count < 0 ? 0 : count > 16 ? 16 : count)) - 1);
}
inline Vector load_some(const float* p, int count) {
  return _mm512_maskz_loadu_ps(first_lanes(count), p);
}
inline void store_some(float* p, Vector v, int count) {
  _mm512_mask_storeu_ps(p, first_lanes(count), v);
}
#else
inline Vector load_some(const float* p, int count) {
  if (count >= lanes) return load(p);
  Vector v{};
  if (count > 0) std::memcpy(&v, p, size_t(count) * sizeof(float));
  return v;
}
inline void store_some(float* p, Vector v, int count) {
  if (count >= lanes) return store(p, v);
  if (count > 0) std::memcpy(p, &v, size_t(count) * sizeof(float));
}
#endif

using AllLanes = std::make_integer_sequence<int, lanes>;

// One step of a transposition: exchanges the blocks of `size` off the diagonal of each block of 2 `size`.
template <int size, int... E>
UNETSR_INLINE inline void exchange(Vector& a, Vector& b, std::integer_sequence<int, E...>) {
  const Vector first = __builtin_shufflevector(a, b, (E & size ? lanes + E - size : E)...);
  const Vector second = __builtin_shufflevector(a, b, (E & size ? lanes + E : E + size)...);
  a = first, b = second;
}

template <int size>
UNETSR_INLINE inline void transpose_step(Vector (&rows)[lanes]) {
#pragma GCC unroll 16
  for (int i = 0; i < lanes; ++i)
    if ((i & size) == 0) exchange<size>(rows[i], rows[i + size], AllLanes());
}

UNETSR_INLINE inline void transpose(Vector (&rows)[lanes]) {
  transpose_step<1>(rows);
  transpose_step<2>(rows);
  if constexpr (lanes > 4) transpose_step<4>(rows);
  if constexpr (lanes > 8) transpose_step<8>(rows);
}

// Weights of lanes inputs for one vector of outputs, from a matrix of rows `row_stride` apart: a row for each input,
// or, `turned`, a row for each output. The weights of the next lanes inputs are asked of memory.
[[maybe_unused]] void gather_weights(const float* w, int64_t row_stride, bool turned, int first_input, int inputs,
                                     int first_output, int outputs, Vector* to) {
  if (!turned) {
    for (int c = 0; c < lanes && c < inputs; ++c) {
      const float* row = w + (first_input + c) * row_stride + first_output;
      prefetch(row + lanes * row_stride);
      to[c] = load_some(row, outputs);
    }
    return;
  }
  Vector rows[lanes];
#pragma GCC unroll 16
  for (int k = 0; k < lanes; ++k) {
    const float* row = w + (first_output + k) * row_stride + first_input;
    prefetch(row + lanes);
    rows[k] = k < outputs ? load_some(row, inputs) : Vector{};
  }
  transpose(rows);
#pragma GCC unroll 16
  for (int c = 0; c < lanes; ++c) to[c] = rows[c];
}

}  // namespace
}  // namespace unetsr::kernels::cpu
