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

// The place of a tensor's gradient: the first one writes, later ones add.
template <class T>
struct Gradient {
  View<T> view;  // data is null until something asks for it
  bool written = false;
  bool gated = true;     // so far it is 0 wherever the tensor's value is not above 0
  int last_reader = -1;  // the op whose backward pass is the last to need it; none for what no op has computed
};

// A value on the tape, and the place of its gradient (null where it has none). A light handle: the arena, or the
// caller, owns both.
template <class T>
struct Tensor {
  View<const T> value;
  Gradient<T>* gradient = nullptr;
  bool rectified = false;  // the value comes from a ReLU: gradients may be gated by it

  Shape shape() const { return value.shape(); }
};

// The record of an op, for summaries.
struct OpRecord {
  const char* op;
  const char* layer;  // as set_layer() named it
  Shape output;
  int64_t parameters, flops;
};

// The ops of one forward pass, in order; backward() replays them from the end, once. Values and their gradients live in
// the arena, where the queue's kernels work, and backward() releases each when nothing needs it any more, but for the
// gradients of what no op has computed: clear() the tape whenever the arena is reset. What belongs to the tape itself
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

  // Uninitialised memory for the next op's result, for all ops behind it, and for their backward passes; within a
  // backward pass, for that one alone.
  View<T> memory(Shape shape) { return memory(shape, op_); }

  // This value is not read any more, except to replay the ops: its memory may be used again. For values that do not
  // share their memory; others, and those of the caller, stay.
  void release(View<const T> value) {
    if (!with_gradients_) arena.release(value.data);
  }

  // A value that the caller owns.
  Tensor<T> tensor(View<const T> value, bool needs_gradient = false) {
    const bool gradient = needs_gradient && with_gradients_;
    return {value, gradient ? new (own_.allocate(sizeof(Gradient<T>))) Gradient<T>() : nullptr};
  }
  // A value that the op has computed that is recorded next.
  Tensor<T> result(View<const T> value, bool needs_gradient) {
    const Tensor<T> y = tensor(value, needs_gradient);
    if (y.gradient) y.gradient->last_reader = op_;
    return y;
  }
  // A value whose gradient is summed in the caller's memory, over all its uses: parameters.
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
    ++op_;
  }
  // The layer that the next op belongs to; the name must outlive the tape's records.
  void set_layer(const char* name) { layer_ = name; }
  void note(const char* op, Shape output, int64_t parameters, int64_t flops) {
    records_.push_back({op, std::exchange(layer_, ""), output, parameters, flops});
  }

  void backward() {
    while (op_ > 0) {
      --op_;
      nodes_[size_t(op_)].run(nodes_[size_t(op_)].closure);
      for (const Lease& lease : leases_)
        if (lease.last_reader == op_) arena.release(lease.data);
    }
  }
  void clear() {
    nodes_.clear(), records_.clear(), leases_.clear();
    op_ = 0;
    own_.reset();
  }
  const std::vector<OpRecord>& records() const { return records_; }

  int allocations_on_host() const { return own_.system_allocations(); }

  // The place of a gradient, and whether to write or to add; from then on it is written.
  std::pair<View<T>, Into> accumulate(const Tensor<T>& t, bool gated = false) {
    Gradient<T>& g = *t.gradient;
    if (!g.view.data) g.view = memory(t.shape(), g.last_reader);
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
  struct Lease {
    const void* data;
    int last_reader;
  };
  View<T> memory(Shape shape, int last_reader) {
    T* const data = arena.array<T>(shape.size());
    if (with_gradients_) leases_.push_back({data, last_reader});
    return View<T>(data, shape);
  }

  bool with_gradients_, with_parameter_gradients_;
  int op_ = 0;                     // that is recorded next, or replayed
  Arena own_{Queue(Device::cpu)};  // closures, and places of gradients
  const char* layer_ = "";
  std::vector<Node> nodes_;
  std::vector<Lease> leases_;
  std::vector<OpRecord> records_;
};

}  // namespace unetsr::autograd
