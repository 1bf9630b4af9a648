#include "data/regression/golden_section.hpp"

#include <numbers>

namespace unetsr::data {

double golden_section(double low, double high, double tolerance, FunctionRef<double(double)> f) {
  constexpr double shorter = 1 / std::numbers::phi;
  double a = high - shorter * (high - low), b = low + shorter * (high - low);
  double at_a = f(a), at_b = f(b);
  while (high - low > tolerance) {
    if (at_a <= at_b) {
      high = b, b = a, at_b = at_a;
      at_a = f(a = high - shorter * (high - low));
    } else {
      low = a, a = b, at_a = at_b;
      at_b = f(b = low + shorter * (high - low));
    }
  }
  return at_a <= at_b ? a : b;
}

}  // namespace unetsr::data
