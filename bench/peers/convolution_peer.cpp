#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <vector>

#include "kernels/conv2d.hpp"
#include "kernels/memory.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "timing.hpp"
#include "unet_convolutions.hpp"

// One side of compare_convolutions.py; onednn_peer.cpp is the other.
//
//   convolution_peer BATCH SIZE THREADS
//
// Prints what it times, one name a line and an empty line at the end. For each line "SECONDS" on standard input it
// works on each of these for that long and answers their median milliseconds in one line.
namespace {

using namespace unetsr;
using bench::Convolution;
using bench::Kernel;

struct Arrays {
  explicit Arrays(const Convolution& c)
      : x(random({c.batch, c.size, c.size, c.inputs})),
        w(random({3, 3, c.inputs, c.outputs})),
        bias(random({1, 1, 1, c.outputs})),
        y(random({c.batch, c.size, c.size, c.outputs})) {}

  View<float> random(Shape shape) {
    memories.emplace_back(Queue(Device::cpu), size_t(shape.size()) * sizeof(float));
    const View<float> view(memories.back().as<float>(), shape);
    Random numbers(memories.size());
    for (int64_t i = 0; i < shape.size(); ++i) view.data[i] = float(numbers.normal()) / 8;
    return view;
  }

  std::deque<kernels::Memory> memories;
  View<float> x, w, bias, y;
};

void run(Queue& queue, Kernel kernel, const Arrays& a) {
  switch (kernel) {
    case Kernel::forward:
      return kernels::conv2d<float>(queue, a.x, a.w, a.bias.data, a.y, true);
    case Kernel::data_gradient:
      return kernels::conv2d_backward_data<float>(queue, a.y, a.w, a.x, Into::write, nullptr);
    case Kernel::weight_gradient:
      return kernels::conv2d_backward_weights<float>(queue, a.x, a.y, a.w, a.bias.data);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "Usage: convolution_peer BATCH SIZE THREADS\n");
    return 2;
  }
  set_threads(std::atoi(argv[3]));
  Queue queue(Device::cpu);
  const auto convolutions = bench::unet_text_convolutions(std::atoi(argv[1]), std::atoi(argv[2]));
  for (const Convolution& c : convolutions)
    for (const Kernel kernel : bench::kernels_of(c)) std::cout << bench::name_of(c, kernel) << "\n";
  std::cout << std::endl;
  for (double seconds; std::cin >> seconds;) {
    for (const Convolution& c : convolutions) {
      const Arrays arrays(c);
      for (const Kernel kernel : bench::kernels_of(c)) {
        run(queue, kernel, arrays);
        std::cout << bench::median_milliseconds(seconds, 3, [&] { run(queue, kernel, arrays); }) << " ";
      }
    }
    std::cout << std::endl;
  }
}
