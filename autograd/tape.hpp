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
};

// A value on the tape, and where its gradient goes (null where none is wanted). A light handle; the arena owns both.
template <class T>
struct Tensor {
  View<T> value;
  Gradient<T>* gradient = nullptr;

  Shape shape() const { return value.shape(); }
};

// What an op did, for summaries.
struct OpRecord {
  const char* op;
  Shape output;
  int64_t parameters, flops;
};

// The ops of one forward pass, in order; backward() replays them from the end. Nothing is allocated outside the arena.
template <class T>
class Tape {
 public:
  Tape(Queue& queue, Arena& arena, bool with_gradients) : queue(queue), arena(arena), with_gradients_(with_gradients) {}

  // Uninitialised.
  Tensor<T> tensor(Shape shape, bool needs_gradient) {
    return {View<T>(arena.array<T>(shape.size()), shape), gradient(shape, needs_gradient)};
  }
  // A value that somebody else owns.
  Tensor<T> input(View<const T> value, bool needs_gradient = false) {
    return {View<T>(const_cast<T*>(value.data), value.shape(), value.pitch), gradient(value.shape(), needs_gradient)};
  }
  // A value and a place for its gradient that somebody else owns: parameters.
  Tensor<T> parameter(View<T> value, View<T> gradient_place) {
    Tensor<T> t{value, gradient(value.shape(), true)};
    if (t.gradient) t.gradient->view = gradient_place;
    return t;
  }

  bool with_gradients() const { return with_gradients_; }

  template <class Backward>
  void record(Backward backward) {
    static_assert(std::is_trivially_destructible_v<Backward>);
    if (!with_gradients_) return;
    void* place = arena.allocate(sizeof(Backward));
    new (place) Backward(backward);
    nodes_.push_back({[](void* p) { (*static_cast<Backward*>(p))(); }, place});
  }
  void note(OpRecord record) { records_.push_back(record); }

  void backward() {
    for (size_t i = nodes_.size(); i-- > 0;) nodes_[i].run(nodes_[i].closure);
  }
  void clear() { nodes_.clear(), records_.clear(); }
  const std::vector<OpRecord>& records() const { return records_; }

  // The place of a gradient, and whether to write or to add; from then on it is written.
  std::pair<View<T>, Into> accumulate(const Tensor<T>& t) {
    Gradient<T>& g = *t.gradient;
    if (!g.view.data) g.view = View<T>(arena.array<T>(t.shape().size()), t.shape());
    return {g.view, std::exchange(g.written, true) ? Into::add : Into::write};
  }

  Queue& queue;
  Arena& arena;

 private:
  struct Node {
    void (*run)(void*);
    void* closure;
  };
  Gradient<T>* gradient(Shape, bool wanted) {
    if (!wanted || !with_gradients_) return nullptr;
    return new (arena.allocate(sizeof(Gradient<T>))) Gradient<T>();
  }
  bool with_gradients_;
  std::vector<Node> nodes_;
  std::vector<OpRecord> records_;
};

}  // namespace unetsr::autograd
