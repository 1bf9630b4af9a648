#include "kernels/devices.hpp"

namespace unetsr {

bool built_with_cuda() {
  return false;
}

std::vector<DeviceInfo> kernels::cuda::devices() {
  return {};
}

}  // namespace unetsr
