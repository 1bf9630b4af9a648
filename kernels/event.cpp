#include "kernels/event.hpp"

#include "kernels/cuda/runtime.hpp"

namespace unetsr::kernels {

Event::Event(const Queue& queue) {
  if (queue.device() == Device::cuda) event_ = {cuda::make_event(), cuda::release_event};
}

void Event::record(Queue& queue) {
  if (event_) cuda::record(queue.stream(), event_.get());
}

void Event::hold(Queue& queue) const {
  if (event_) cuda::hold(queue.stream(), event_.get());
}

void Event::synchronise() const {
  if (event_) cuda::synchronise_event(event_.get());
}

}  // namespace unetsr::kernels
