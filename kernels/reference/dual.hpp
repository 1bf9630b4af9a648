#pragma once
#include <cmath>

namespace unetsr {

// A number with its derivative along one direction: running a forward op on duals gives the op's Jacobian-vector
// product.
struct Dual {
  double v = 0, d = 0;

  Dual(double v = 0, double d = 0) : v(v), d(d) {}
  Dual& operator+=(Dual o) { return *this = Dual(v + o.v, d + o.d); }
};

inline Dual operator+(Dual a, Dual b) {
  return {a.v + b.v, a.d + b.d};
}
inline Dual operator-(Dual a, Dual b) {
  return {a.v - b.v, a.d - b.d};
}
inline Dual operator-(Dual a) {
  return {-a.v, -a.d};
}
inline Dual operator*(Dual a, Dual b) {
  return {a.v * b.v, a.v * b.d + a.d * b.v};
}
inline Dual operator/(Dual a, Dual b) {
  return {a.v / b.v, (a.d * b.v - a.v * b.d) / (b.v * b.v)};
}
inline bool operator<(Dual a, Dual b) {
  return a.v < b.v;
}
inline bool operator>(Dual a, Dual b) {
  return a.v > b.v;
}
inline bool operator<=(Dual a, Dual b) {
  return a.v <= b.v;
}
inline bool operator>=(Dual a, Dual b) {
  return a.v >= b.v;
}
inline bool operator==(Dual a, Dual b) {
  return a.v == b.v;
}
inline Dual exp(Dual a) {
  return {std::exp(a.v), std::exp(a.v) * a.d};
}
inline Dual log1p(Dual a) {
  return {std::log1p(a.v), a.d / (1 + a.v)};
}
inline Dual sqrt(Dual a) {
  return {std::sqrt(a.v), a.d / (2 * std::sqrt(a.v))};
}
inline Dual abs(Dual a) {
  return a.v < 0 ? -a : a;
}
inline bool isnan(Dual a) {
  return std::isnan(a.v);
}

}  // namespace unetsr
