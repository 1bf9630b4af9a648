#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "data/correction/scaled_soundings.hpp"
#include "kernels/function_ref.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {

template <class Number>
struct Solution {
  std::vector<Number> x;
  int steps = 0;
  double residual = 0;  // its norm, as a share of that of b
  bool found = true;    // to the tolerance
};

struct SolverBounds {
  double tolerance = 0;  // of the residual's norm, as a share of that of b
  int most_steps = 0;
};

// x of K x = b, K symmetric and positive definite, by flexible conjugate gradients (Notay 2000): the preconditioner may
// differ a little from step to step. Of the steps' solutions the mean with the least residual counts (minimal residual
// smoothing: Schoenauer 1987), so that the residual never rises, and the steps that do not suffice, or that rounding
// ends, leave the best solution so far. `times`: y = K x; `precondition`: y = M r, or y = r; both write y, which has
// the size of x. on_step(residual) comes before each step and may throw to stop. Sums have an order that does not
// depend on the threads.
template <class Number>
Solution<Number> conjugate_gradients(
    FunctionRef<void(const std::vector<Number>& x, std::vector<Number>& y)> times,
    FunctionRef<void(const std::vector<Number>& r, std::vector<Number>& y)> precondition, const std::vector<Number>& b,
    const SolverBounds& bounds, FunctionRef<void(double residual)> on_step = [](double) {}) {
  const auto for_all = [&](auto f) {
    parallel_ranges(int64_t(b.size()), 1 << 14, [&](int64_t first, int64_t last) {
      for (size_t i = size_t(first); i < size_t(last); ++i) f(i);
    });
  };
  const auto product = [](const std::vector<Number>& u, const std::vector<Number>& v) {
    return dot(std::span<const Number>(u), std::span<const Number>(v));
  };
  Solution<Number> best{std::vector<Number>(b.size(), 0), 0, 1, false};
  std::vector<Number> x = best.x, r = b, best_r = b, before, z(b.size()), p, image(b.size());
  const double first = product(b, b), enough = bounds.tolerance * bounds.tolerance * first;
  double least = first, old = 0;  // least: the square of best_r
  for (;; ++best.steps) {
    best.residual = first > 0 ? std::sqrt(least / first) : 0;
    best.found = least <= enough;
    if (best.found || best.steps == bounds.most_steps) return best;
    on_step(best.residual);
    precondition(r, z);
    double next = product(r, z);
    if (!(next > 0)) z = r, next = product(r, r), p.clear();  // rounding has made M indefinite
    if (p.empty()) {
      p = z;
    } else {
      const Number beta = Number((next - product(z, before)) / old);
      for_all([&](size_t i) { p[i] = z[i] + beta * p[i]; });
    }
    old = next, before = r;
    times(p, image);
    const double curvature = product(p, image);
    if (!(curvature > 0) || !std::isfinite(curvature)) return best;
    const Number stride = Number(product(r, p) / curvature);
    for_all([&](size_t i) {
      x[i] += stride * p[i], r[i] -= stride * image[i];
      z[i] = r[i] - best_r[i];
    });
    const double squares = product(z, z);
    if (!std::isfinite(squares)) return best;
    const Number share = Number(squares > 0 ? std::clamp(-product(best_r, z) / squares, 0.0, 1.0) : 0);
    for_all([&](size_t i) { best.x[i] += share * (x[i] - best.x[i]), best_r[i] += share * z[i]; });
    least = product(best_r, best_r);
  }
}

}  // namespace unetsr::data
