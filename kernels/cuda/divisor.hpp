#pragma once
#include <bit>
#include <cstdint>

namespace unetsr::kernels::cuda {

// Division by a number known on the host, by multiplication: of 0 .. 2^31 - 1 by 1 .. 2^31 - 1.
class Divisor {
 public:
  Divisor() = default;
  explicit Divisor(int divisor) : divisor_(unsigned(divisor)), shift_(unsigned(std::bit_width(unsigned(divisor) - 1))) {
    multiplier_ = unsigned((((uint64_t(1) << 32) << shift_) / unsigned(divisor)) - (uint64_t(1) << 32) + 1);
  }
  // n / divisor
  constexpr int quotient(int n) const {
    const unsigned high = unsigned((uint64_t(unsigned(n)) * multiplier_) >> 32);
    return int((high + unsigned(n)) >> shift_);
  }
  // Divides, and gives the rest back.
  constexpr int divide(int& n) const {
    const int rest = n - quotient(n) * int(divisor_);
    n = quotient(n);
    return rest;
  }

 private:
  unsigned divisor_ = 1, multiplier_ = 1, shift_ = 0;
};

}  // namespace unetsr::kernels::cuda
