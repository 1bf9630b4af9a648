#pragma once
#include <string>
#include <vector>

namespace unetsr::bench {

// A 3x3 convolution of a network at training, on images of size x size.
struct Convolution {
  std::string layer;
  int batch, size, inputs, outputs;
  bool first = false;  // nobody needs the gradient of its input
};

// One of its three kernels.
enum class Kernel { forward, data_gradient, weight_gradient };

inline std::string name_of(const Convolution& c, Kernel kernel) {
  const char* names[] = {"forward", "data gradient", "weight gradient"};
  return c.layer + " " + std::to_string(c.batch) + "x" + std::to_string(c.size) + "x" + std::to_string(c.size) + " " +
         std::to_string(c.inputs) + "->" + std::to_string(c.outputs) + " " + names[int(kernel)];
}

inline double flops_of(const Convolution& c) {
  return 18.0 * c.batch * c.size * c.size * c.inputs * c.outputs;
}

inline std::vector<Kernel> kernels_of(const Convolution& c) {
  if (c.first) return {Kernel::forward, Kernel::weight_gradient};
  return {Kernel::forward, Kernel::data_gradient, Kernel::weight_gradient};
}

// All of unet-text (16-32-64-128-256, bottleneck 512), in the order of its forward pass.
inline std::vector<Convolution> unet_text_convolutions(int batch, int size) {
  constexpr int inputs = 8, levels = 5;
  std::vector<Convolution> all;
  for (int level = 0; level <= levels; ++level) {
    const int width = 16 << level;
    const std::string block = level == levels ? "bottleneck" : "encoder" + std::to_string(level + 1);
    all.push_back({block + ".conv1", batch, size >> level, level == 0 ? inputs : width / 2, width, level == 0});
    all.push_back({block + ".conv2", batch, size >> level, width, width});
  }
  for (int level = levels - 1; level >= 0; --level) {
    const int width = 16 << level;
    const std::string block = "decoder" + std::to_string(level + 1);
    all.push_back({block + ".conv1", batch, size >> level, 2 * width, width});
    all.push_back({block + ".conv2", batch, size >> level, width, width});
  }
  return all;
}

}  // namespace unetsr::bench
