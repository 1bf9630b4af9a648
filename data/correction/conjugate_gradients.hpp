#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "data/correction/scaled_soundings.hpp"
#include "data/dataset/stored_array.hpp"
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

// The vectors of ConjugateGradients, which are released when they are not in use.
template <class Number>
class SolverVectors {
 public:
  using Array = StoredArray<Number>;

  SolverVectors(size_t size, const ArrayStore& store) {
    for (Array* vector : all()) *vector = Array(store), vector->assign_zeros(size);
  }
  void copy(std::span<const Number> from, Array& to) {
    for_all([&](size_t i) { to[i] = from[i]; });
  }
  double product(const Array& u, const Array& v) const {
    const double sum = dot(u.span(), v.span());
    u.release(), v.release();
    return sum;
  }
  // f(i) in parallel.
  template <class Function>
  void for_all(const Function& f) {
    constexpr size_t at_once = 1 << 20;
    for (size_t first = 0; first < x.size(); first += at_once) {
      const size_t count = std::min(at_once, x.size() - first);
      parallel_ranges(int64_t(count), 1 << 14, [&](int64_t begin, int64_t end) {
        for (size_t i = first + size_t(begin); i < first + size_t(end); ++i) f(i);
      });
      for (const Array* vector : all()) vector->release(first, count);
    }
  }

  Array x, best_x, r, best_r, z, p, image;

 private:
  std::vector<Array*> all() { return {&x, &best_x, &r, &best_r, &z, &p, &image}; }
};

// x of K x = b, K symmetric and positive definite, by flexible conjugate gradients (Notay 2000): the preconditioner may
// differ a little from step to step. Of the steps' solutions the mean with the least residual counts (minimal residual
// smoothing: Schoenauer 1987), so that the residual never rises, and the steps that do not suffice, or that rounding
// ends, leave the best solution so far. `times`: y = K x; `precondition`: y = M r, or y = r; both write y, which has
// the size of x. on_step(residual) comes before each step and may throw to stop. Sums have an order that does not
// depend on the threads, nor on the store of the vectors.
template <class Number>
Solution<Number> conjugate_gradients(
    FunctionRef<void(std::span<const Number> x, std::span<Number> y)> times,
    FunctionRef<void(std::span<const Number> r, std::span<Number> y)> precondition, std::vector<Number> b,
    const SolverBounds& bounds, FunctionRef<void(double residual)> on_step = [](double) {},
    const ArrayStore& store = {}) {
  SolverVectors<Number> v(b.size(), store);
  v.copy(b, v.r), v.copy(b, v.best_r);
  std::vector<Number>().swap(b);
  Solution<Number> best{{}, 0, 1, false};
  const double first = v.product(v.r, v.r), enough = bounds.tolerance * bounds.tolerance * first;
  const auto take = [&] {
    best.x.assign(v.best_x.begin(), v.best_x.end());
    return std::move(best);
  };
  double least = first, old = 0;  // least: the square of best_r
  Number stride = 0;
  bool begun = false;
  for (;; ++best.steps) {
    best.residual = first > 0 ? std::sqrt(least / first) : 0;
    best.found = least <= enough;
    if (best.found || best.steps == bounds.most_steps) return take();
    on_step(best.residual);
    precondition(v.r.span(), v.z.span());
    double next = v.product(v.r, v.z);
    if (!(next > 0)) v.copy(v.r.span(), v.z), next = v.product(v.r, v.r), begun = false;  // rounding made M indefinite
    // The last step took stride x image from r.
    const Number beta = begun ? Number(-double(stride) * v.product(v.z, v.image) / old) : 0;
    v.for_all([&](size_t i) { v.p[i] = v.z[i] + beta * v.p[i]; });
    old = next, begun = true;
    times(v.p.span(), v.image.span());
    const double curvature = v.product(v.p, v.image);
    if (!(curvature > 0) || !std::isfinite(curvature)) return take();
    stride = Number(v.product(v.r, v.p) / curvature);
    v.for_all([&](size_t i) {
      v.x[i] += stride * v.p[i], v.r[i] -= stride * v.image[i];
      v.z[i] = v.r[i] - v.best_r[i];
    });
    const double squares = v.product(v.z, v.z);
    if (!std::isfinite(squares)) return take();
    const Number share = Number(squares > 0 ? std::clamp(-v.product(v.best_r, v.z) / squares, 0.0, 1.0) : 0);
    v.for_all([&](size_t i) { v.best_x[i] += share * (v.x[i] - v.best_x[i]), v.best_r[i] += share * v.z[i]; });
    least = v.product(v.best_r, v.best_r);
  }
}

}  // namespace unetsr::data
