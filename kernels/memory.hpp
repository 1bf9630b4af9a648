#pragma once
#include <cstddef>
#include <memory>
#include <utility>

#include "kernels/queue.hpp"

// Memory where the kernels of a queue work: the GPU's for Device::cuda, else the host's. The host must not touch the
// GPU's but through these functions, which keep the queue's order.
namespace unetsr::kernels {

// A piece of memory, uninitialised, 256-byte aligned; on_host(), 16-byte aligned. Throws Error (std::bad_alloc on the
// host) where there is not enough.
class Memory {
 public:
  Memory() = default;
  Memory(const Queue&, size_t bytes);
  // On the host; a GPU copies to and from it while the host does other things (pinned memory).
  static Memory on_host(const Queue&, size_t bytes);

  void* data() const { return data_.get(); }
  size_t bytes() const { return data_.get_deleter().bytes; }
  template <class T>
  T* as() const {
    return static_cast<T*>(data());
  }

 private:
  struct Release {
    void (*release)(void*, size_t bytes);
    size_t bytes;
    void operator()(void* p) const { release(p, bytes); }
  };
  Memory(void* data, Release release) : data_(data, release) {}

  std::unique_ptr<void, Release> data_{nullptr, {nullptr, 0}};
};

// From the host to the queue's memory. The host's must stay as it is until synchronise(), or an Event behind this.
void upload(Queue&, const void* from, void* to, size_t bytes);
// From the queue's memory to the host's, where it is after synchronise().
void download(Queue&, const void* from, void* to, size_t bytes);
// Sets all bytes to 0.
void clear(Queue&, void* p, size_t bytes);

}  // namespace unetsr::kernels
