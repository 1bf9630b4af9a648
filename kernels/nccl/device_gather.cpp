#include "kernels/device_gather.hpp"

#include <nccl.h>

#include <cstring>
#include <exception>
#include <string>

#include "kernels/cuda/stream.hpp"
#include "kernels/error.hpp"

namespace unetsr::kernels {
namespace {

void check(ncclResult_t result, const char* call) {
  if (result != ncclSuccess)
    throw Error(std::string("NCCL: ") + call + ": " + ncclGetErrorString(result) + " (NCCL_DEBUG=INFO prints more)");
}

bool are_even(const std::vector<int>& firsts) {
  for (size_t r = 1; r < firsts.size(); ++r)
    if (firsts[r] - firsts[r - 1] != firsts[1] - firsts[0]) return false;
  return true;
}

}  // namespace

struct DeviceGather::Group {
  ncclComm_t communicator = nullptr;
  int rank = 0;
};

bool DeviceGather::is_built() {
  return true;
}

DeviceGather::Id DeviceGather::make_id() {
  static_assert(sizeof(ncclUniqueId) == sizeof(Id));
  ncclUniqueId own;
  check(ncclGetUniqueId(&own), "ncclGetUniqueId");
  Id id;
  std::memcpy(id.data(), &own, sizeof own);
  return id;
}

DeviceGather::DeviceGather(const Id& id, int rank, int size) : group_(std::make_unique<Group>()) {
  ncclUniqueId own;
  std::memcpy(&own, id.data(), sizeof own);
  group_->rank = rank;
  check(ncclCommInitRank(&group_->communicator, size, own, rank), "ncclCommInitRank");
}

DeviceGather::~DeviceGather() {
  if (std::uncaught_exceptions() > 0)
    ncclCommAbort(group_->communicator);
  else
    ncclCommDestroy(group_->communicator);
}

void DeviceGather::gather(Queue& queue, void* all, size_t bytes, const std::vector<int>& firsts) {
  const ncclComm_t communicator = group_->communicator;
  const cudaStream_t stream = queue.stream().handle();
  ncclResult_t before = ncclSuccess;
  check(ncclCommGetAsyncError(communicator, &before), "ncclCommGetAsyncError");
  check(before, "a gather before");
  const auto piece = [&](int first) { return static_cast<char*>(all) + size_t(first) * bytes; };
  if (are_even(firsts)) {
    const size_t count = size_t(firsts[1] - firsts[0]) * bytes;
    check(ncclAllGather(piece(firsts[size_t(group_->rank)]), all, count, ncclChar, communicator, stream),
          "ncclAllGather");
    return;
  }
  check(ncclGroupStart(), "ncclGroupStart");
  for (size_t r = 0; r + 1 < firsts.size(); ++r) {
    char* const own = piece(firsts[r]);
    const size_t count = size_t(firsts[r + 1] - firsts[r]) * bytes;
    if (count > 0) check(ncclBroadcast(own, own, count, ncclChar, int(r), communicator, stream), "ncclBroadcast");
  }
  check(ncclGroupEnd(), "ncclGroupEnd");
}

}  // namespace unetsr::kernels
