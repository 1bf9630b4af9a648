#pragma once
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "kernels/random.hpp"
#include "op_case.hpp"

namespace unetsr::test {

inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// Memory of an NHWC array that ends with its last value, as the last channels of a wider array do. What lies between
// the pixels is NaN in an input, so that a kernel that reads it spoils its result.
template <class T>
class Array {
 public:
  explicit Array(const ArrayShape& s, double between = missing)
      : shape_(s.shape),
        pitch_(s.shape.c + s.gap),
        values_(size_t((s.shape.pixels() - 1) * pitch_ + s.shape.c), T(between)) {}

  View<T> view() { return View<T>(values_.data(), shape_, pitch_); }
  View<const T> view() const { return View<const T>(values_.data(), shape_, pitch_); }
  std::span<const T> memory() const { return values_; }

  // Calls function(value) for each value, in NHWC order.
  template <class Function>
  void each(Function function) {
    for (int64_t i = 0; i < shape_.size(); ++i) function((*this)[i]);
  }

  int64_t size() const { return shape_.size(); }
  T& operator[](int64_t i) { return values_[size_t(i / shape_.c * pitch_ + i % shape_.c)]; }
  const T& operator[](int64_t i) const { return values_[size_t(i / shape_.c * pitch_ + i % shape_.c)]; }

 private:
  Shape shape_;
  int64_t pitch_;
  std::vector<T> values_;
};

// An output: sentinels before, between and behind the values show whether a kernel writes where it must not.
class GuardedArray {
 public:
  explicit GuardedArray(const ArrayShape& s)
      : shape_(s.shape), pitch_(s.shape.c + s.gap), values_(size_t(shape_.pixels() * pitch_ + 2 * guard), sentinel) {}

  View<float> view() { return View<float>(values_.data() + guard, shape_, int(pitch_)); }
  std::span<float> memory() { return values_; }
  float& operator[](int64_t i) { return values_[size_t(guard + i / shape_.c * pitch_ + i % shape_.c)]; }
  float operator[](int64_t i) const { return const_cast<GuardedArray&>(*this)[i]; }
  int64_t size() const { return shape_.size(); }

  bool guards_intact() const {
    for (int64_t i = 0; i < int64_t(values_.size()); ++i) {
      const int64_t inside = i - guard;
      const bool value = inside >= 0 && inside < shape_.pixels() * pitch_ && inside % pitch_ < shape_.c;
      if (!value && values_[size_t(i)] != sentinel) return false;
    }
    return true;
  }

  bool same_bits(const GuardedArray& other) const {
    return values_.size() == other.values_.size() &&
           std::memcmp(values_.data(), other.values_.data(), values_.size() * sizeof(float)) == 0;
  }

 private:
  static constexpr int64_t guard = 64;
  static constexpr float sentinel = 98765.25f;
  Shape shape_;
  int64_t pitch_;
  std::vector<float> values_;
};

// Random values, away from 0 (where ReLU has no gradient), or integers of at most 8.
inline double random_value(Random& random, Values values, bool integers) {
  if (values == Values::target && random.below(3) == 0) return missing;
  const double size = integers ? random.below(9) : random.uniform(0.1, 1);
  return values == Values::positive || random.below(2) == 0 ? size : -size;
}

template <class T>
Array<T> random_array(Random& random, const ArrayShape& shape, bool integers = false) {
  Array<T> array(shape);
  array.each([&](T& value) { value = T(float(random_value(random, shape.values, integers))); });
  return array;
}

template <class To, class From>
Array<To> converted(const Array<From>& from, const ArrayShape& shape) {
  Array<To> to(shape);
  for (int64_t i = 0; i < to.size(); ++i) to[i] = To(from[i]);
  return to;
}

}  // namespace unetsr::test
