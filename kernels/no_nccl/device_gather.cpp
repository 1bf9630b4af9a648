#include "kernels/device_gather.hpp"

#include "kernels/error.hpp"

// Replaces kernels/nccl in a build without NCCL, where nobody makes one.
namespace unetsr::kernels {
namespace {

[[noreturn]] void absent() {
  throw Error("this build has no NCCL; configure with -DUNETSR_NCCL=ON");
}

}  // namespace

struct DeviceGather::Group {};

// clang-format off
bool DeviceGather::is_built() { return false; }
DeviceGather::Id DeviceGather::make_id() { absent(); }
DeviceGather::DeviceGather(const Id&, int, int) { absent(); }
DeviceGather::~DeviceGather() = default;
void DeviceGather::gather(Queue&, void*, size_t, const std::vector<int>&) { absent(); }
// clang-format on

}  // namespace unetsr::kernels
