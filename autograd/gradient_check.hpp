#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "autograd/ops.hpp"
#include "kernels/random.hpp"
#include "kernels/reference/dual.hpp"

// Checks of gradients, for any function of tensors: a callable
//
//   Tensor<T> function(Tape<T>&, const std::vector<Tensor<T>>& leaves)      for T = double and Dual
//
// All leaves have gradients. Runs on the reference device.
namespace unetsr::autograd {

struct Leaf {
  Shape shape;
  std::vector<double> values;
};

// Standard normal values.
inline Leaf random_leaf(Shape shape, uint64_t seed) {
  Leaf leaf{shape, std::vector<double>(size_t(shape.size()))};
  Random random(seed);
  for (double& value : leaf.values) value = random.normal();
  return leaf;
}

namespace detail {

template <class T>
std::vector<T> read(View<const T> view) {
  std::vector<T> values;
  for (int n = 0; n < view.n; ++n)
    for (int i = 0; i < view.h; ++i)
      for (int j = 0; j < view.w; ++j)
        for (int c = 0; c < view.c; ++c) values.push_back(view(n, i, j, c));
  return values;
}

// The function's value at the leaves.
template <class T, class Function>
Leaf evaluate(const Function& function, const std::vector<Leaf>& leaves) {
  Queue queue(Device::reference);
  Arena arena(queue);
  Tape<T> tape(queue, arena, false);
  std::vector<Tensor<T>> tensors;
  for (const Leaf& leaf : leaves) tensors.push_back(tape.tensor(View<const T>(leaf.values.data(), leaf.shape)));
  const Tensor<T> y = function(tape, tensors);
  return {y.shape(), read<T>(y.value)};
}

// J v: the derivative of the function along the directions v of all leaves.
template <class Function>
Leaf forward_derivative(const Function& function, const std::vector<Leaf>& leaves, const std::vector<Leaf>& v) {
  Queue queue(Device::reference);
  Arena arena(queue);
  Tape<Dual> tape(queue, arena, false);
  std::vector<std::vector<Dual>> values(leaves.size());
  std::vector<Tensor<Dual>> tensors;
  for (size_t i = 0; i < leaves.size(); ++i) {
    for (size_t k = 0; k < leaves[i].values.size(); ++k) values[i].emplace_back(leaves[i].values[k], v[i].values[k]);
    tensors.push_back(tape.tensor(View<const Dual>(values[i].data(), leaves[i].shape)));
  }
  const Tensor<Dual> y = function(tape, tensors);
  Leaf derivative{y.shape(), {}};
  for (const Dual& value : read<Dual>(y.value)) derivative.values.push_back(value.d);
  return derivative;
}

// J^T g of every leaf.
template <class Function>
std::vector<Leaf> backward_derivatives(const Function& function, const std::vector<Leaf>& leaves, const Leaf& g) {
  Queue queue(Device::reference);
  Arena arena(queue);
  Tape<double> tape(queue, arena, true);
  std::vector<Tensor<double>> tensors;
  for (const Leaf& leaf : leaves)
    tensors.push_back(tape.tensor(View<const double>(leaf.values.data(), leaf.shape), true));
  const Tensor<double> y = function(tape, tensors);
  seed_gradient<double>(tape, y, View<const double>(g.values.data(), g.shape));
  tape.backward();
  std::vector<Leaf> derivatives;
  for (const Tensor<double>& t : tensors) {
    const bool reached = t.gradient->written;
    derivatives.push_back(
        {t.shape(), reached ? read<double>(t.gradient->view) : std::vector<double>(size_t(t.shape().size()), 0.0)});
  }
  return derivatives;
}

}  // namespace detail

// Are the gradients the transpose of the function's Jacobian J? |<g, J v> - <J^T g, v>| for random g and v, relative
// to the sum of the sizes of the terms; J v comes from dual numbers. Rounding leaves about 1e-15. Unlike differences
// with a cotangent of ones it sees values in the wrong place.
template <class Function>
double adjoint_mismatch(const Function& function, const std::vector<Leaf>& leaves, uint64_t seed = 1) {
  std::vector<Leaf> v;
  for (const Leaf& leaf : leaves) v.push_back(random_leaf(leaf.shape, seed + 1000 + v.size()));
  const Leaf jv = detail::forward_derivative(function, leaves, v);
  const Leaf g = random_leaf(jv.shape, seed);
  const std::vector<Leaf> jtg = detail::backward_derivatives(function, leaves, g);
  double left = 0, right = 0, size = 0;
  for (size_t k = 0; k < g.values.size(); ++k) {
    left += g.values[k] * jv.values[k];
    size += std::abs(g.values[k] * jv.values[k]);
  }
  for (size_t i = 0; i < leaves.size(); ++i)
    for (size_t k = 0; k < leaves[i].values.size(); ++k) {
      right += jtg[i].values[k] * v[i].values[k];
      size += std::abs(jtg[i].values[k] * v[i].values[k]);
    }
  return std::abs(left - right) / std::max(size, 1e-30);
}

// How far the gradients are from central differences of <g, function>, in units of the tolerances of PyTorch's
// gradcheck (step 1e-6, absolute 1e-5, relative 1e-3): at most 1 passes. Looks at `samples` values of each leaf.
template <class Function>
double difference_mismatch(const Function& function, std::vector<Leaf> leaves, int samples = 20, uint64_t seed = 1) {
  constexpr double step = 1e-6, absolute = 1e-5, relative = 1e-3;
  const Leaf g = random_leaf(detail::evaluate<double>(function, leaves).shape, seed);
  const std::vector<Leaf> analytic = detail::backward_derivatives(function, leaves, g);
  Random random(seed, 1);
  double worst = 0;
  for (size_t i = 0; i < leaves.size(); ++i)
    for (int sample = 0; sample < samples; ++sample) {
      const size_t k = random.below(uint32_t(leaves[i].values.size()));
      double& x = leaves[i].values[k];
      const double here = x;
      const auto value_at = [&](double at) {
        x = at;
        const Leaf y = detail::evaluate<double>(function, leaves);
        x = here;
        double sum = 0;
        for (size_t j = 0; j < y.values.size(); ++j) sum += g.values[j] * y.values[j];
        return sum;
      };
      const double numeric = (value_at(here + step) - value_at(here - step)) / (2 * step);
      const double mismatch = std::abs(analytic[i].values[k] - numeric) / (absolute + relative * std::abs(numeric));
      if (std::isnan(mismatch)) return mismatch;
      worst = std::max(worst, mismatch);
    }
  return worst;
}

}  // namespace unetsr::autograd
