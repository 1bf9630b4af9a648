#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/view.hpp"
#include "nn/model_spec.hpp"

namespace unetsr::nn {

struct LayerSummary {
  std::string name;  // of the layer's parameters, or empty
  std::string op;
  Shape output;
  int64_t parameters = 0;
  double flops = 0;  // forward; a multiplication with an addition counts as two
};

struct Summary {
  std::vector<LayerSummary> layers;
  int64_t parameters = 0;
  double flops = 0;
};

// What the network does with an input of this shape (input.c must be spec.inputs).
Summary summarize(const ModelSpec&, Shape input);

}  // namespace unetsr::nn
