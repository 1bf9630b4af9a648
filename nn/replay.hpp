#pragma once
#include <array>
#include <cstdint>

#include "kernels/graph.hpp"

namespace unetsr::nn {

// Work on a queue of Device::cuda that comes again and again: as one graph after the first time.
class Replay {
 public:
  // Differs where work() would call other kernels, or with other arguments. By the second time that a key comes,
  // work() has allocated all that it needs.
  using Key = std::array<int64_t, 3>;

  template <class Work>
  void run(Queue& queue, Key key, const Work& work) {
    if (key != key_) {
      graph_ = {};
      recordable_ = true;
      work();
      key_ = key;
      return;
    }
    if (!graph_ && recordable_) record(queue, work);
    graph_ ? graph_.launch(queue) : work();
  }

 private:
  // Our own kernels always go into a graph.
  template <class Work>
  void record(Queue& queue, const Work& work) {
    if (queue.convolutions() == Convolutions::ours) {
      graph_ = kernels::Graph(queue, work);
    } else {
      graph_ = kernels::graph_if_possible(queue, work);
      recordable_ = bool(graph_);
    }
  }

  Key key_ = {-1, -1, -1};
  kernels::Graph graph_;
  bool recordable_ = true;
};

}  // namespace unetsr::nn
