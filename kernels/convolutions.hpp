#pragma once

namespace unetsr {

// Whose convolutions and dense layers Device::cuda runs: those of kernels/cuda, or, for comparison, cuDNN's and, for
// 1x1 kernels, cuBLAS's. For the whole process. Throws Error where this build has no cuDNN.
enum class Convolutions { ours, cudnn };

void set_convolutions(Convolutions);
Convolutions convolutions();

}  // namespace unetsr
