#pragma once
#include <cstdint>
#include <cstring>

// Products of a few neighbouring weights with a row, eight at once: the same bits with every instruction set that
// multiplies and adds in one step. Up to seven values behind the weights and the row are read.
namespace unetsr::data {

template <class Number>
struct RowVector {
  static constexpr int lanes = 8;
  typedef Number Values __attribute__((vector_size(lanes * sizeof(Number))));
  typedef float Weights __attribute__((vector_size(lanes * sizeof(float))));
  typedef int32_t Mask __attribute__((vector_size(lanes * sizeof(float))));

  template <class Vector, class Value>
  [[gnu::always_inline]] static inline Vector load(const Value* p) {
    Vector v;
    std::memcpy(&v, p, sizeof v);
    return v;
  }
  // The first `count` weights, then 0.
  [[gnu::always_inline]] static inline Values some(const float* weights, int count) {
    static constexpr int32_t masks[2 * lanes] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
    const Mask mask = load<Mask>(masks + (count < lanes ? lanes - count : 0));
    const Mask bits = load<Mask>(weights) & mask;
    Weights kept;
    std::memcpy(&kept, &bits, sizeof kept);
    return __builtin_convertvector(kept, Values);
  }
  [[gnu::always_inline]] static inline void add_products(const float* weights, int count, const Number* row,
                                                         Values& sum) {
    for (int k = 0; k < count; k += lanes) sum += some(weights + k, count - k) * load<Values>(row + k);
  }
  // row += value x weights; 0 is added behind them.
  [[gnu::always_inline]] static inline void add_scaled(const float* weights, int count, Number value, Number* row) {
    for (int k = 0; k < count; k += lanes) {
      const Values sum = load<Values>(row + k) + value * some(weights + k, count - k);
      std::memcpy(row + k, &sum, sizeof sum);
    }
  }
  [[gnu::always_inline]] static inline Number total(const Values& v) {
    return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
  }
};

}  // namespace unetsr::data
