#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <span>

#include "arrays.hpp"
#include "kernels/memory.hpp"
#include "test_cases.hpp"

// Twins against the specification: what the tests of every device have in common.
namespace unetsr::test {

inline Queue specification(Device::reference);

template <class T>
struct Inputs {
  std::vector<Array<T>> x;
  Array<T> y, dy;

  Arguments<T> arguments() const {
    Arguments<T> a{{}, y.view(), dy.view()};
    for (const Array<T>& array : x) a.x.push_back(array.view());
    return a;
  }
};

inline void set_output(const OpCase& op, Inputs<float>& inputs) {
  op.forward.run(specification, inputs.arguments(), Outputs<float>{inputs.y.view()}, Into::write);
}

inline Inputs<float> random_inputs(const OpCase& op, bool integers) {
  Random random(7);
  Inputs<float> inputs{{}, Array<float>(op.output), random_array<float>(random, op.output, integers)};
  for (const ArrayShape& shape : op.inputs) inputs.x.push_back(random_array<float>(random, shape, integers));
  set_output(op, inputs);
  return inputs;
}

inline Inputs<double> in_double(const OpCase& op, const Inputs<float>& from) {
  Inputs<double> to{{}, converted<double>(from.y, op.output), converted<double>(from.dy, op.output)};
  for (size_t i = 0; i < op.inputs.size(); ++i) to.x.push_back(converted<double>(from.x[i], op.inputs[i]));
  return to;
}

// What lies in an output before the pass: garbage that Into::write must not let through, or values to add to.
inline float before(Into into, int64_t i) {
  return into == Into::write ? float(missing) : float(i % 5) - 2;
}

// Arrays in the memory of a queue.
class Placed {
 public:
  explicit Placed(Queue& queue) : queue_(queue) {}

  // A copy of the array there.
  template <class A>
  auto copy_of(A& array) {
    const auto memory = array.memory();
    const kernels::Memory& place = memories_.emplace_back(queue_, memory.size_bytes());
    kernels::upload(queue_, memory.data(), place.data(), memory.size_bytes());
    auto view = array.view();
    view.data = place.as<float>() + (view.data - memory.data());
    return view;
  }
  Arguments<float> arguments(const Inputs<float>& inputs) {
    Arguments<float> a;
    for (const Array<float>& x : inputs.x) a.x.push_back(copy_of(x));
    a.y = copy_of(inputs.y), a.dy = copy_of(inputs.dy);
    return a;
  }
  // Back from there; `i` counts the copies.
  void fetch(size_t i, GuardedArray& array) {
    kernels::download(queue_, memories_[i].data(), array.memory().data(), array.memory().size_bytes());
  }

 private:
  Queue& queue_;
  std::vector<kernels::Memory> memories_;
};

inline std::vector<GuardedArray> run(const OpCase& op, const Pass& pass, Queue& queue, const Inputs<float>& inputs,
                                     Into into) {
  std::vector<GuardedArray> outputs;
  Placed placed(queue);
  Outputs<float> views;
  for (const ArrayShape& shape : op.outputs_of(pass)) outputs.emplace_back(shape);
  for (GuardedArray& output : outputs) {
    for (int64_t i = 0; i < output.size(); ++i) output[i] = before(into, i);
    views.push_back(placed.copy_of(output));
  }
  pass.run(queue, placed.arguments(inputs), views, into);
  for (size_t i = 0; i < outputs.size(); ++i) placed.fetch(i, outputs[i]);
  queue.synchronise();
  return outputs;
}

inline std::vector<Array<double>> run_in_double(const OpCase& op, const Pass& pass, const Inputs<double>& inputs,
                                                Into into) {
  std::vector<Array<double>> outputs;
  Outputs<double> views;
  for (const ArrayShape& shape : op.outputs_of(pass)) outputs.emplace_back(shape);
  for (Array<double>& output : outputs) {
    for (int64_t i = 0; i < output.size(); ++i) output[i] = before(into, i);
    views.push_back(output.view());
  }
  pass.run(specification, inputs.arguments(), views, into);
  return outputs;
}

// Calls check(op, pass, into) for every pass of these cases.
template <class Check>
void for_each_pass(const std::vector<OpCase>& cases, Check check) {
  for (const OpCase& op : cases)
    for (const Pass& pass : op.passes())
      for (Into into : {Into::write, Into::add}) {
        if (into == Into::add && !pass.adds) continue;
        INFO(op.name << ", " << pass.function << (into == Into::add ? ", adding" : ""));
        check(op, pass, into);
      }
}

// The largest difference relative to the largest output; where one is NaN and the other is not, NaN, unless NaN may
// spread to more values than it should.
template <class Expected>
double difference(const GuardedArray& got, const Expected& expected, bool may_spread = false) {
  double largest = 1e-30, worst = 0;
  for (int64_t i = 0; i < got.size(); ++i) {
    const bool is_missing = std::isnan(double(got[i])), should_be = std::isnan(double(expected[i]));
    if (is_missing != should_be && !(is_missing && may_spread)) return missing;
    if (is_missing) continue;
    largest = std::max(largest, std::abs(double(expected[i])));
    worst = std::max(worst, std::abs(double(got[i]) - double(expected[i])));
  }
  return worst / largest;
}

// The data gradient with a gate: where x is above 0 as without one, elsewhere 0 is written or added.
inline void check_gates(Queue& twin, const std::vector<OpCase>& cases) {
  for_each_pass(cases, [&](const OpCase& op, const Pass& pass, Into into) {
    if (op.gated.empty() || pass.gradient_of != std::vector<int>{0}) return;
    const Inputs<float> inputs = random_inputs(op, false);
    Pass gated = pass;
    gated.run = op.gated[0];
    const GuardedArray open = run(op, pass, twin, inputs, into)[0], got = run(op, gated, twin, inputs, into)[0];
    for (int64_t i = 0; i < got.size(); ++i) {
      const float shut = into == Into::add ? before(into, i) : 0;
      CHECK(got[i] == (inputs.x[0][i] > 0 ? open[i] : shut));
    }
    CHECK(got.guards_intact());
  });
}

// Small integers: the same bits as the specification.
inline void check_integers(Queue& twin, const std::vector<OpCase>& cases) {
  for_each_pass(cases, [&](const OpCase& op, const Pass& pass, Into into) {
    if (!op.exact) return;
    const Inputs<float> inputs = random_inputs(op, true);
    const auto expected = run(op, pass, specification, inputs, into), got = run(op, pass, twin, inputs, into);
    for (size_t i = 0; i < got.size(); ++i) {
      CHECK(difference(got[i], expected[i]) == 0);
      CHECK(got[i].guards_intact());
      CHECK(expected[i].guards_intact());
    }
  });
}

// Random values: within `bound` of the specification in double; what is no arithmetic, the same.
inline void check_random(Queue& twin, const std::vector<OpCase>& cases, double bound) {
  for_each_pass(cases, [&](const OpCase& op, const Pass& pass, Into into) {
    const Inputs<float> inputs = random_inputs(op, false);
    const auto got = run(op, pass, twin, inputs, into);
    if (op.float_only) {
      CHECK(difference(got[0], run(op, pass, specification, inputs, into)[0]) == 0);
    } else {
      const auto expected = run_in_double(op, pass, in_double(op, inputs), into);
      for (size_t i = 0; i < got.size(); ++i) CHECK(difference(got[i], expected[i]) <= bound);
    }
    for (const GuardedArray& output : got) CHECK(output.guards_intact());
  });
}

// Missing values reach the same outputs as in the specification. On the GPU those of dy meet the zeros around an image
// in conv2d_backward_weights, as its contract says.
inline void check_missing(Queue& twin, const std::vector<OpCase>& cases, double bound) {
  for_each_pass(cases, [&](const OpCase& op, const Pass& pass, Into into) {
    for (bool in_gradient : {false, true}) {
      if (in_gradient && pass.gradient_of.empty()) continue;
      Inputs<float> inputs = random_inputs(op, false);
      Array<float>& holed = in_gradient ? inputs.dy : inputs.x[0];
      for (int64_t i = 0; i < holed.size(); i += 1 + holed.size() / 3) holed[i] = float(missing);
      set_output(op, inputs);
      const auto expected = run(op, pass, specification, inputs, into), got = run(op, pass, twin, inputs, into);
      const bool may_spread =
          in_gradient && twin.device() == Device::cuda && pass.function == "conv2d_backward_weights";
      for (size_t i = 0; i < got.size(); ++i) CHECK(difference(got[i], expected[i], may_spread) <= 3 * bound);
    }
  });
}

}  // namespace unetsr::test
