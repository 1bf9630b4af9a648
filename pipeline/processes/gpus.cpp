#include "pipeline/processes/gpus.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "kernels/devices.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

// Machine and address; empty without NCCL.
using Place = std::array<char, 256>;

Place own_place() {
  Place place{};
  const std::vector<DeviceInfo> gpus = kernels::cuda::devices();
  const size_t own = size_t(chosen_cuda_device());
  if (!kernels::DeviceGather::is_built() || own >= gpus.size()) return place;
  std::array<char, 128> machine{};
  gethostname(machine.data(), machine.size() - 1);
  const std::string text = std::string(machine.data()) + " " + gpus[own].address;
  std::copy_n(text.begin(), std::min(text.size(), place.size() - 1), place.begin());
  return place;
}

}  // namespace

void take_own_gpu() {
  if (rank_on_machine() == 0) return;
  const int gpus = int(kernels::cuda::devices().size());
  if (gpus > 0) choose_cuda_device(rank_on_machine() % gpus);
}

std::unique_ptr<kernels::DeviceGather> join_gpus() {
  const Processes& all = processes();
  if (all.size() == 1) return nullptr;
  std::vector<Place> places(static_cast<size_t>(all.size()));
  places[size_t(all.rank())] = own_place();
  all.gather(places.data(), sizeof(Place), all.size());
  std::sort(places.begin(), places.end());
  if (places.front()[0] == 0 || std::adjacent_find(places.begin(), places.end()) != places.end()) return nullptr;
  kernels::DeviceGather::Id id{};
  if (all.is_first()) id = kernels::DeviceGather::make_id();
  all.broadcast(id.data(), id.size(), 0);
  return std::make_unique<kernels::DeviceGather>(id, all.rank(), all.size());
}

}  // namespace unetsr::pipeline
