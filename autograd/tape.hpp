#pragma once
#include <new>
#include <type_traits>
#include <vector>

#include "autograd/arena.hpp"
#include "autograd/tensor.hpp"
#include "kernels/queue.hpp"

namespace unetsr::autograd {

// What an op did, for a listing of the network's layers. A multiplication with an addition counts as two flops.
struct OpRecord {
  const char* op = "";
  const char* layer = "";  // as in Tape::set_layer; must outlive the tape
  Shape output;
  int64_t parameters = 0;
  double flops = 0;  // forward
};

enum class Recording { on, off };

// The ops of one step in the order of their calls, to be replayed backwards. Lives in the arena and ends with it: reset
// the arena, then make a new tape. Without recording (inference) no gradients are kept.
template <class T>
class Tape {
 public:
  Tape(Queue& queue, Arena& arena, Recording recording = Recording::on)
      : queue_(queue), arena_(arena), recording_(recording == Recording::on) {}
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  Queue& queue() const { return queue_; }
  Arena& arena() const { return arena_; }
  bool recording() const { return recording_; }

  // A tensor over memory of the caller's. Its gradient is there after backward() if it is wanted.
  Tensor<T> leaf(View<const T> value, bool wants_gradient = false) { return {value, slot(wants_gradient)}; }
  // A tensor over memory that an op has filled, with a gradient wherever the tape records.
  Tensor<T> result(View<const T> value) { return {value, slot(true)}; }

  View<T> allocate(Shape shape) { return arena_.allocate_view<T>(shape); }

  // Names the layer that the ops that follow belong to.
  void set_layer(const char* name) { layer_ = name; }

  // Notes an op. `backward` is called without arguments by backward(); it is copied into the arena and not destroyed.
  template <class Backward>
  void record(OpRecord op, Backward backward) {
    static_assert(std::is_trivially_destructible_v<Backward>);
    op.layer = layer_;
    Node* node = new (arena_.allocate(sizeof(Node))) Node{op, last_, nullptr, nullptr};
    if (recording_) {
      node->closure = new (arena_.allocate(sizeof(Backward))) Backward(backward);
      node->call = [](void* closure) { (*static_cast<Backward*>(closure))(); };
    }
    last_ = node;
  }

  // Replays the ops backwards. The gradient of a result must have been started: masked_loss does, or seed().
  void backward() {
    for (const Node* node = last_; node; node = node->previous)
      if (node->call) node->call(node->closure);
  }

  // Where the next gradient of a tensor goes (write or add as slot.next() says); call written() when it is there.
  View<T> gradient_of(const Tensor<T>& tensor) {
    GradientSlot<T>& s = *tensor.gradient;
    if (!s.view.data) s.view = allocate(tensor.shape());
    return s.view;
  }

  std::vector<OpRecord> records() const {
    std::vector<OpRecord> ops;
    for (const Node* node = last_; node; node = node->previous) ops.insert(ops.begin(), node->op);
    return ops;
  }

 private:
  struct Node {
    OpRecord op;
    const Node* previous;
    void (*call)(void*);
    void* closure;
  };

  GradientSlot<T>* slot(bool wanted) {
    if (!wanted || !recording_) return nullptr;
    return new (arena_.allocate(sizeof(GradientSlot<T>))) GradientSlot<T>;
  }

  Queue& queue_;
  Arena& arena_;
  bool recording_;
  const char* layer_ = "";
  const Node* last_ = nullptr;
};

}  // namespace unetsr::autograd
