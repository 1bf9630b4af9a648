#pragma once
#include <array>
#include <memory>
#include <vector>

#include "kernels/queue.hpp"

// Pieces of memory between the GPUs of several processes, by NCCL, without their hosts. It moves bytes alone: the order
// of NCCL's sums changes with their length and with the number of GPUs.
namespace unetsr::kernels {

class DeviceGather {
 public:
  // Whether this build has NCCL.
  static bool is_built();

  // Names a group of processes: one of them makes it, and all are given it.
  using Id = std::array<char, 128>;
  static Id make_id();

  // Every process of the group makes one at the same time, and each has a GPU of its own. Throws Error naming the call.
  DeviceGather(const Id&, int rank, int size);
  // Waits until the pieces of all are there, but not after an exception: then another process may have ended.
  ~DeviceGather();
  DeviceGather(const DeviceGather&) = delete;
  DeviceGather& operator=(const DeviceGather&) = delete;

  // `all`: pieces of `bytes` each, in the queue's memory. Process r brings those from firsts[r] up to firsts[r + 1];
  // afterwards, in the queue's order, each has all. Every process calls it with the same arguments. Throws Error naming
  // the call that failed, now or since the last time.
  void gather(Queue&, void* all, size_t bytes, const std::vector<int>& firsts);

 private:
  struct Group;
  std::unique_ptr<Group> group_;
};

}  // namespace unetsr::kernels
