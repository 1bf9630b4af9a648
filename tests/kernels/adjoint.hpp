#pragma once
#include <algorithm>

#include "arrays.hpp"

// Is a gradient the transpose of its op's Jacobian J? By <g, J v> = <J^T g, v> for random g and v, with J v from dual
// numbers: unlike differences with a cotangent of ones it sees channels in the wrong place.
namespace unetsr::test {

struct AdjointInputs {
  std::vector<Array<double>> x, v;  // v: a direction for each input
  Array<double> y, g;

  Arguments<double> arguments() const {
    Arguments<double> a{{}, y.view(), g.view()};
    for (const Array<double>& array : x) a.x.push_back(array.view());
    return a;
  }
};

inline Array<double> forward(const OpCase& op, const std::vector<Array<double>>& x) {
  Queue queue(Device::reference);
  Array<double> y(op.output);
  Arguments<double> a;
  for (const Array<double>& array : x) a.x.push_back(array.view());
  op.forward.run(queue, a, Outputs<double>{y.view()}, Into::write);
  return y;
}

inline AdjointInputs adjoint_inputs(const OpCase& op) {
  Random random(11);
  AdjointInputs inputs{{}, {}, Array<double>(op.output), random_array<double>(random, op.output)};
  for (const ArrayShape& shape : op.inputs) {
    inputs.x.push_back(random_array<double>(random, shape));
    inputs.v.push_back(random_array<double>(random, {shape.shape, shape.gap}));
  }
  inputs.y = forward(op, inputs.x);
  return inputs;
}

// J v, along the inputs that the pass gives gradients of.
inline Array<Dual> jacobian_times_direction(const OpCase& op, const Pass& pass, const AdjointInputs& inputs) {
  Queue queue(Device::reference);
  std::vector<Array<Dual>> x;
  Arguments<Dual> a;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    x.push_back(converted<Dual>(inputs.x[i], op.inputs[i]));
    const bool moves = std::count(pass.gradient_of.begin(), pass.gradient_of.end(), int(i)) > 0;
    for (int64_t k = 0; moves && k < x[i].size(); ++k) x[i][k].d = inputs.v[i][k];
  }
  for (const Array<Dual>& array : x) a.x.push_back(array.view());
  Array<Dual> y(op.output);
  op.forward.run(queue, a, Outputs<Dual>{y.view()}, Into::write);
  return y;
}

// What the pass writes, or what it adds to random values.
inline std::vector<Array<double>> gradients(const OpCase& op, const Pass& pass, const AdjointInputs& inputs,
                                            Into into) {
  Queue queue(Device::reference);
  Random random(13);
  std::vector<Array<double>> start, result;
  Outputs<double> views;
  for (const ArrayShape& shape : op.outputs_of(pass)) {
    start.push_back(random_array<double>(random, shape));
    result.push_back(into == Into::write ? Array<double>(shape) : start.back());
  }
  for (Array<double>& array : result) views.push_back(array.view());
  pass.run(queue, inputs.arguments(), views, into);
  for (size_t i = 0; into == Into::add && i < result.size(); ++i)
    for (int64_t k = 0; k < result[i].size(); ++k) result[i][k] -= start[i][k];
  return result;
}

// |<g, J v> - <J^T g, v>| relative to the sum of the terms' sizes; NaN if either is.
inline double adjoint_mismatch(const OpCase& op, const Pass& pass, Into into) {
  const AdjointInputs inputs = adjoint_inputs(op);
  const Array<Dual> jv = jacobian_times_direction(op, pass, inputs);
  const std::vector<Array<double>> jtg = gradients(op, pass, inputs, into);
  double left = 0, right = 0, size = 0;
  for (int64_t k = 0; k < jv.size(); ++k) {
    left += inputs.g[k] * jv[k].d;
    size += std::abs(inputs.g[k] * jv[k].d);
  }
  for (size_t i = 0; i < jtg.size(); ++i)
    for (int64_t k = 0; k < jtg[i].size(); ++k) {
      right += jtg[i][k] * inputs.v[size_t(pass.gradient_of[i])][k];
      size += std::abs(jtg[i][k] * inputs.v[size_t(pass.gradient_of[i])][k]);
    }
  return std::abs(left - right) / std::max(size, 1e-30);
}

// How far the gradients of <g, y> are from central differences, in units of PyTorch's gradcheck tolerances: 1 passes.
inline double difference_mismatch(const OpCase& op, const Pass& pass) {
  constexpr double step = 1e-6, absolute = 1e-5, relative = 1e-3;
  AdjointInputs inputs = adjoint_inputs(op);
  const std::vector<Array<double>> analytic = gradients(op, pass, inputs, Into::write);
  const auto value_at = [&](double& x, double at) {
    const double here = x;
    x = at;
    const Array<double> y = forward(op, inputs.x);
    x = here;
    double sum = 0;
    for (int64_t k = 0; k < y.size(); ++k) sum += inputs.g[k] * y[k];
    return sum;
  };
  double worst = 0;
  for (size_t i = 0; i < analytic.size(); ++i)
    for (int64_t k = 0; k < analytic[i].size(); ++k) {
      double& x = inputs.x[size_t(pass.gradient_of[i])][k];
      const double numeric = (value_at(x, x + step) - value_at(x, x - step)) / (2 * step);
      const double mismatch = std::abs(analytic[i][k] - numeric) / (absolute + relative * std::abs(numeric));
      worst = std::isnan(mismatch) ? mismatch : std::max(worst, mismatch);
      if (std::isnan(worst)) return worst;
    }
  return worst;
}

}  // namespace unetsr::test
