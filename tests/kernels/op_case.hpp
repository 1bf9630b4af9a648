#pragma once
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "kernels/queue.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/view.hpp"

// How the tests and benchmarks see an op: its inputs, its forward pass and its gradients, for every scalar.
namespace unetsr::test {

// What fills an input. `target` has missing values.
enum class Values { any, positive, target };

struct ArrayShape {
  Shape shape;
  int gap = 0;  // pitch - C
  Values values = Values::any;
};

template <class T>
struct Arguments {
  std::vector<View<const T>> x;  // the op's inputs
  View<const T> y, dy;           // its output and that one's gradient: for gradients
};

template <class T>
using Outputs = std::vector<View<T>>;

// A function for any scalar.
class Run {
 public:
  template <class Function>
  Run(Function function) : functions_(function, function, function) {}

  template <class T>
  void operator()(Queue& queue, const Arguments<T>& arguments, const Outputs<T>& outputs, Into into) const {
    std::get<Signature<T>>(functions_)(queue, arguments, outputs, into);
  }

 private:
  template <class T>
  using Signature = std::function<void(Queue&, const Arguments<T>&, const Outputs<T>&, Into)>;
  std::tuple<Signature<float>, Signature<double>, Signature<Dual>> functions_;
};

// One function of kernels/*.hpp. A forward pass writes y; a gradient writes (or adds) the gradients of some inputs.
struct Pass {
  std::string function;
  Run run;
  double flops = 0, bytes = 0;
  std::vector<int> gradient_of = {};
  bool adds = false;  // understands Into::add
  // What benchmarks time instead, where `run` does more than the function: it need not leave the same values.
  std::vector<Run> timed = {};
};

struct OpCase {
  std::string name;
  std::vector<ArrayShape> inputs;
  ArrayShape output;
  Pass forward;
  std::vector<Pass> gradients = {};
  std::vector<Run> gated = {};  // the data gradient with x as its gate, for ops that know gates
  bool exact = true;            // small integers give the same bits in any order of summation
  bool float_only = false;      // no double, no duals

  std::vector<ArrayShape> outputs_of(const Pass& pass) const {
    if (pass.gradient_of.empty()) return {output};
    std::vector<ArrayShape> shapes;
    for (int input : pass.gradient_of) shapes.push_back(inputs[size_t(input)]);
    return shapes;
  }

  std::vector<Pass> passes() const {
    std::vector<Pass> all = {forward};
    all.insert(all.end(), gradients.begin(), gradients.end());
    return all;
  }
};

}  // namespace unetsr::test
