#pragma once
#include <limits>
#include <vector>

#include "kernels/random.hpp"
#include "kernels/view.hpp"

namespace unetsr::test {

// A batch that a network can learn: the target is a smooth function of a cell and its neighbours, some cells missing.
class SmallBatch {
 public:
  SmallBatch(int images, int rows, int columns, int channels, uint64_t seed)
      : inputs_shape_{images, rows, columns, channels}, targets_shape_{images, rows, columns, 1} {
    Random random(seed);
    inputs_.resize(size_t(inputs_shape_.size()));
    for (float& value : inputs_) value = float(random.normal());
    const View<const float> x = inputs();
    for (int n = 0; n < images; ++n)
      for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j)
          targets_.push_back(random.uniform() < 0.1 ? std::numeric_limits<float>::quiet_NaN()
                                                    : 0.5f * x(n, i, j, 0) - 0.3f * x(n, i, j > 0 ? j - 1 : j, 1));
  }

  View<const float> inputs() const { return {inputs_.data(), inputs_shape_}; }
  View<const float> targets() const { return {targets_.data(), targets_shape_}; }

 private:
  Shape inputs_shape_, targets_shape_;
  std::vector<float> inputs_, targets_;
};

}  // namespace unetsr::test
