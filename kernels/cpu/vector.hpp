#pragma once
#include <cstring>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

// The vectors of one instruction set. Included by sources that are compiled for it and define UNETSR_LANES (floats a
// vector); the anonymous namespace keeps the copies apart.
namespace unetsr::kernels::cpu {
namespace {

constexpr int kLanes = UNETSR_LANES;
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));
typedef float UnalignedVector __attribute__((vector_size(kLanes * sizeof(float)), aligned(4)));

inline Vector load(const float* p) {
  return *reinterpret_cast<const UnalignedVector*>(p);
}
inline void store(float* p, Vector v) {
  *reinterpret_cast<UnalignedVector*>(p) = v;
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
  if (count >= kLanes) return load(p);
  Vector v{};
  if (count > 0) std::memcpy(&v, p, size_t(count) * sizeof(float));
  return v;
}
inline void store_some(float* p, Vector v, int count) {
  if (count >= kLanes) return store(p, v);
  if (count > 0) std::memcpy(p, &v, size_t(count) * sizeof(float));
}
#endif

}  // namespace
}  // namespace unetsr::kernels::cpu
