#pragma once
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/arena.hpp"
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

namespace unetsr::autograd {

// Where the gradient of a tensor goes: the first one writes, later ones add.
template <class T>
struct Gradient {
  View<T> view;  // data is null until something asks for it
  bool written = false;
  bool gated = true;  // so far it is 0 wherever the tensor's value is not above 0
};

// A value on the tape, and where its gradient goes (null where none is wanted). A light handle: the arena, or the
// caller, owns both.
template <class T>
struct Tensor {
  View<const T> value;
  Gradient<T>* gradient = nullptr;
  bool rectified = false;  // the value comes from a ReLU: gradients may be gated by it

  Shape shape() const { return value.shape(); }
};

// What an op did, for summaries.
struct OpRecord {
  const char* op;
  const char* layer;  // as set_layer() named it
  Shape output;
  int64_t parameters, flops;
};

// The ops of one forward pass, in order; backward() replays them from the end. Values and their gradients live in the
// arena, where the queue's kernels work: clear() the tape whenever the arena is reset. What belongs to the tape itself
// lives on the host.
template <class T>
class Tape {
 public:
  // `of_parameters`: whether parameters have gradients too, or only tensors that ask for one.
  Tape(Queue& queue, Arena& arena, bool with_gradients, bool of_parameters = true)
      : queue(queue),
        arena(arena),
        with_gradients_(with_gradients),
        with_parameter_gradients_(with_gradients && of_parameters) {}

  // Memory until the arena is reset, uninitialised.
  View<T> memory(Shape shape) { return View<T>(arena.array<T>(shape.size()), shape); }

  // Nobody reads this value any more, unless to replay the ops: its memory may be used again. For values that have
  // their memory to themselves; others, and those of somebody else, stay.
  void release(View<const T> value) {
    if (!with_gradients_) arena.release(value.data);
  }

  // A value that somebody else owns, or that an op has computed.
  Tensor<T> tensor(View<const T> value, bool needs_gradient = false) {
    const bool gradient = needs_gradient && with_gradients_;
    return {value, gradient ? new (own_.allocate(sizeof(Gradient<T>))) Gradient<T>() : nullptr};
  }
  // A value whose gradient gathers in somebody else's memory, over all its uses: parameters.
  Tensor<T> parameter(View<const T> value, Gradient<T>& gradient) {
    return {value, with_parameter_gradients_ ? &gradient : nullptr};
  }

  bool with_gradients() const { return with_gradients_; }

  template <class Backward>
  void record(Backward backward) {
    static_assert(std::is_trivially_destructible_v<Backward>);
    if (!with_gradients_) return;
    void* place = own_.allocate(sizeof(Backward));
    new (place) Backward(backward);
    nodes_.push_back({[](void* p) { (*static_cast<Backward*>(p))(); }, place});
  }
  // The layer that the next op belongs to; the name must outlive the tape's records.
  void set_layer(const char* name) { layer_ = name; }
  void note(const char* op, Shape output, int64_t parameters, int64_t flops) {
    records_.push_back({op, std::exchange(layer_, ""), output, parameters, flops});
  }

  void backward() {
    for (size_t i = nodes_.size(); i-- > 0;) nodes_[i].run(nodes_[i].closure);
  }
  void clear() {
    nodes_.clear(), records_.clear();
    own_.reset();
  }
  const std::vector<OpRecord>& records() const { return records_; }

  int allocations_on_host() const { return own_.system_allocations(); }

  // The place of a gradient, and whether to write or to add; from then on it is written.
  std::pair<View<T>, Into> accumulate(const Tensor<T>& t, bool gated = false) {
    Gradient<T>& g = *t.gradient;
    if (!g.view.data) g.view = memory(t.shape());
    g.gated = g.gated && gated;
    return {g.view, std::exchange(g.written, true) ? Into::add : Into::write};
  }

  Queue& queue;
  Arena& arena;

 private:
  struct Node {
    void (*run)(void*);
    void* closure;
  };

  bool with_gradients_, with_parameter_gradients_;
  Arena own_{Queue(Device::cpu)};  // closures, and places of gradients
  const char* layer_ = "";
  std::vector<Node> nodes_;
  std::vector<OpRecord> records_;
};

}  // namespace unetsr::autograd
