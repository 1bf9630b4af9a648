#include "emulator/include/nccl.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "emulator/device_heap.hpp"
#include "emulator/streams.hpp"

// NCCL between processes that have an emulated GPU each. Pieces go through a file that all map, when the streams get
// there: every process has to come, in the same order.
namespace {

constexpr size_t room = size_t(1) << 24;

struct Shared {
  std::atomic<int> came, round;
  std::byte bytes[room];
};

}  // namespace

struct ncclComm {
  Shared* shared = nullptr;
  int ranks = 0, rank = 0;

  void wait_for_all() const {
    const int round = shared->round;
    if (++shared->came == ranks) {
      shared->came = 0;
      ++shared->round;
    } else {
      while (shared->round == round) std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  }
};

namespace {

bool grouping = false;
std::vector<std::function<void()>> group;

ncclResult_t ask(cudaStream_t stream, std::function<void()> work) {
  const auto put = [stream, work = std::move(work)] { stream->pending.push_back({work}); };
  if (grouping)
    group.emplace_back(put);
  else
    put();
  return ncclSuccess;
}

bool holds(const void* p, size_t bytes) {
  return emulator::device_heap().holds(p, bytes);
}

}  // namespace

const char* ncclGetErrorString(ncclResult_t result) {
  return result == ncclInvalidArgument ? "invalid argument" : result == ncclSuccess ? "no error" : "system error";
}

ncclResult_t ncclGetUniqueId(ncclUniqueId* id) {
  std::snprintf(id->internal, sizeof id->internal, "/tmp/unetsr-nccl-XXXXXX");
  const int file = mkstemp(id->internal);
  if (file < 0 || ftruncate(file, sizeof(Shared)) != 0) return ncclSystemError;
  close(file);
  return ncclSuccess;
}

ncclResult_t ncclCommInitRank(ncclComm_t* comm, int ranks, ncclUniqueId id, int rank) {
  if (rank < 0 || rank >= ranks) return ncclInvalidArgument;
  std::FILE* const file = std::fopen(id.internal, "r+");
  if (!file) return ncclSystemError;
  void* const all = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
  std::fclose(file);
  if (all == MAP_FAILED) return ncclSystemError;
  *comm = new ncclComm{static_cast<Shared*>(all), ranks, rank};
  (*comm)->wait_for_all();
  if (rank == 0) unlink(id.internal);
  return ncclSuccess;
}

ncclResult_t ncclCommDestroy(ncclComm_t comm) {
  emulator::run_all();
  return ncclCommAbort(comm);
}

ncclResult_t ncclCommAbort(ncclComm_t comm) {
  munmap(comm->shared, sizeof(Shared));
  delete comm;
  return ncclSuccess;
}

ncclResult_t ncclCommGetAsyncError(ncclComm_t, ncclResult_t* result) {
  *result = ncclSuccess;
  return ncclSuccess;
}

ncclResult_t ncclGroupStart() {
  grouping = true;
  return ncclSuccess;
}

ncclResult_t ncclGroupEnd() {
  grouping = false;
  for (const auto& put : group) put();
  group.clear();
  return ncclSuccess;
}

ncclResult_t ncclAllGather(const void* from, void* to, size_t count, ncclDataType_t, ncclComm_t comm,
                           cudaStream_t stream) {
  const size_t all = count * size_t(comm->ranks);
  if (all > room || !holds(from, count) || !holds(to, all)) return ncclInvalidArgument;
  return ask(stream, [=] {
    std::memcpy(comm->shared->bytes + size_t(comm->rank) * count, from, count);
    comm->wait_for_all();
    std::memcpy(to, comm->shared->bytes, all);
    comm->wait_for_all();
  });
}

ncclResult_t ncclBroadcast(const void* from, void* to, size_t count, ncclDataType_t, int root, ncclComm_t comm,
                           cudaStream_t stream) {
  if (count > room || root < 0 || root >= comm->ranks || !holds(from, count) || !holds(to, count))
    return ncclInvalidArgument;
  return ask(stream, [=] {
    if (comm->rank == root) std::memcpy(comm->shared->bytes, from, count);
    comm->wait_for_all();
    if (comm->rank != root) std::memcpy(to, comm->shared->bytes, count);
    comm->wait_for_all();
  });
}
