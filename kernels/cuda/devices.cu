#include <cuda_runtime.h>

#include "kernels/devices.hpp"

namespace unetsr {

bool built_with_cuda() {
  return true;
}

// No driver, or no device, is no error: then there are none.
std::vector<DeviceInfo> kernels::cuda::devices() {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) return {};
  std::vector<DeviceInfo> list;
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp p;
    if (cudaGetDeviceProperties(&p, i) != cudaSuccess) continue;
    const std::string address =
        std::to_string(p.pciDomainID) + ':' + std::to_string(p.pciBusID) + ':' + std::to_string(p.pciDeviceID);
    list.push_back({"cuda:" + std::to_string(i), p.name, p.multiProcessorCount, int64_t(p.totalGlobalMem), address});
  }
  return list;
}

}  // namespace unetsr
