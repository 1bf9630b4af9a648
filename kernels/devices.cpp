#include "kernels/devices.hpp"

#include <unistd.h>

#include <atomic>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/parallel.hpp"

namespace unetsr {
namespace {

std::atomic<int> chosen = 0;

}  // namespace

void choose_cuda_device(int number) {
  chosen = number;
}

int chosen_cuda_device() {
  return chosen;
}

std::vector<DeviceInfo> devices() {
  const int64_t memory = int64_t(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  std::vector<DeviceInfo> list = {{"cpu", kernels::cpu::tile_kernels().instruction_set, threads(), memory}};
  for (DeviceInfo& device : kernels::cuda::devices()) list.push_back(std::move(device));
  return list;
}

}  // namespace unetsr
