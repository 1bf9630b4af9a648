#pragma once
#include <memory>

#include "kernels/queue.hpp"

namespace unetsr::kernels {

// A point in the order of a queue, which the host and other queues can wait for. Where nothing was recorded, and off
// the GPU, there is nothing to wait for.
class Event {
 public:
  explicit Event(const Queue&);

  // The point behind all that was called on the queue, instead of an earlier one.
  void record(Queue&);
  // What is called on the queue from now on waits for the point.
  void hold(Queue&) const;
  // The host waits for it.
  void synchronise() const;

 private:
  std::unique_ptr<void, void (*)(void*)> event_{nullptr, nullptr};
};

}  // namespace unetsr::kernels
