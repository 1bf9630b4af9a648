#pragma once
#include <memory>

#include "kernels/error.hpp"
#include "kernels/queue.hpp"

namespace unetsr::kernels {

// Kernels of Device::cuda that are launched all at once: far quicker than one after the other where they are short.
class Graph {
 public:
  Graph() = default;
  // Calls work(), whose kernels on the queue go into the graph instead of running. They will find the same arguments at
  // every launch, addresses too. work() must neither wait for the queue nor allocate memory of the GPU.
  template <class Work>
  Graph(Queue& queue, const Work& work) : Graph(queue) {
    try {
      work();
    } catch (...) {
      abandon(queue);
      throw;
    }
    finish(queue);
  }

  explicit operator bool() const { return graph_ != nullptr; }
  void launch(Queue&) const;

 private:
  explicit Graph(Queue&);
  void finish(Queue&);
  void abandon(Queue&);

  std::unique_ptr<void, void (*)(void*)> graph_{nullptr, nullptr};
};

// The graph of work(), or none where it does what a graph cannot hold, as calls of cuDNN and cuBLAS may.
template <class Work>
Graph graph_if_possible(Queue& queue, const Work& work) {
  try {
    return Graph(queue, work);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace unetsr::kernels
