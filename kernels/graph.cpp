#include "kernels/graph.hpp"

#include "kernels/cuda/runtime.hpp"

namespace unetsr::kernels {

Graph::Graph(Queue& queue) {
  cuda::begin_capture(queue.stream());
}

void Graph::finish(Queue& queue) {
  graph_ = {cuda::end_capture(queue.stream()), cuda::release_graph};
}

void Graph::abandon(Queue& queue) {
  cuda::abandon_capture(queue.stream());
}

void Graph::launch(Queue& queue) const {
  cuda::launch_graph(queue.stream(), graph_.get());
}

}  // namespace unetsr::kernels
