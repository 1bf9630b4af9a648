#pragma once
#include <cmath>
#include <cstdint>
#include <utility>

namespace unetsr {

// SplitMix64 over a counter: the same seed and stream give the same numbers on every machine, and a stream can be
// started anywhere (for instance one an epoch), so that nothing has to be saved to resume.
class Random {
 public:
  explicit Random(uint64_t seed, uint64_t stream = 0) : state_(mix(seed + 0x9e3779b97f4a7c15u) ^ mix(~stream)) {}

  uint64_t bits() { return mix(state_ += 0x9e3779b97f4a7c15u); }
  // Uniform in [0, 1).
  double uniform() { return double(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Uniform in 0 .. n - 1, by Lemire's multiplication (bias below 2^-32 for n < 2^32).
  uint32_t below(uint32_t n) { return uint32_t(((bits() >> 32) * n) >> 32); }
  // Standard normal, by Box and Muller.
  double normal() {
    const double u = 1 - uniform(), v = uniform();
    return std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
  }

  // Fisher and Yates.
  template <class Sequence>
  void shuffle(Sequence& s) {
    for (uint32_t i = uint32_t(s.size()); i > 1; --i) {
      using std::swap;
      swap(s[i - 1], s[below(i)]);
    }
  }

 private:
  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

}  // namespace unetsr
