#include "data/scores/score_sums.hpp"

#include <cmath>
#include <limits>

namespace unetsr::data {
namespace {

// The sum of (a - mean a)(b - mean b); 0 where it is no more than rounding.
double about_mean(double n, double a, double b, double ab) {
  const double sum = ab - a * b / n;
  return std::abs(sum) > 1e-13 * std::abs(ab) ? sum : 0;
}

}  // namespace

void ScoreSums::add(float prediction, float target) {
  if (std::isnan(prediction) || std::isnan(target)) return;
  const double x = prediction, y = target, e = x - y;
  n += 1, p += x, t += y, pp += x * x, tt += y * y, pt += x * y;
  absolute += std::abs(e), squared += e * e;
}

void ScoreSums::add(const ScoreSums& other, double times) {
  n += times * other.n, p += times * other.p, t += times * other.t;
  pp += times * other.pp, tt += times * other.tt, pt += times * other.pt;
  absolute += times * other.absolute, squared += times * other.squared;
}

Metrics metrics_of(const ScoreSums& s) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double pp = about_mean(s.n, s.p, s.p, s.pp), tt = about_mean(s.n, s.t, s.t, s.tt),
               pt = about_mean(s.n, s.p, s.t, s.pt);  // NaN without pairs, and so all below
  Metrics m;
  m.cells = int64_t(s.n);
  m.r2 = tt > 0 ? 1 - s.squared / tt : nan;
  m.pearson_r2 = tt > 0 && pp > 0 ? pt * pt / (pp * tt) : nan;
  m.slope = tt > 0 ? pt / tt : nan;
  m.mae = s.absolute / s.n;
  m.rmse = std::sqrt(s.squared / s.n);
  m.bias = (s.p - s.t) / s.n;
  return m;
}

}  // namespace unetsr::data
