#pragma once
#include <string>
#include <vector>

#include "kernels/view.hpp"
#include "nn/model_spec.hpp"

namespace unetsr::nn {

// The ops of one forward pass over one image, in order.
struct Summary {
  struct Layer {
    std::string name;  // of the layer's weights; empty where it has none
    std::string op;
    Shape output;
    int64_t parameters = 0, flops = 0;
  };
  std::vector<Layer> layers;
  int64_t parameters = 0, flops = 0;
  int receptive_field = 0;  // cells on a side
};

Summary summarise(const ModelSpec&, int rows, int columns);

}  // namespace unetsr::nn
