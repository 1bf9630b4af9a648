#pragma once
#include "kernels/error.hpp"

// Replaces kernels/cuda in a build without CUDA. A queue of Device::cuda cannot be made there, so nothing but
// make_stream() is ever called.
namespace unetsr::kernels::cuda {

[[noreturn]] inline void absent() {
  throw Error("this build has no CUDA; configure with -DUNETSR_CUDA=ON");
}

}  // namespace unetsr::kernels::cuda
