#include <cstring>

#include "emulator/block.hpp"
#include "emulator/include/cuda_runtime.h"
#include "emulator/observer.hpp"

// The functions of kernels that need the block.
namespace emulator {
namespace {

template <class T>
T changed(Atomic operation, T before, T value) {
  switch (operation) {
    case Atomic::add:
      return before + value;
    case Atomic::min:
      return std::min(before, value);
    case Atomic::max:
      return std::max(before, value);
    case Atomic::exchange:
      return value;
  }
  return before;
}

}  // namespace

void* shared_memory() {
  return block().shared();
}

void barrier(Site site) {
  block().barrier(site);
}

const std::byte* exchange(unsigned mask, const void* value, size_t bytes, const char* operation, Site site) {
  return block().exchange(mask, value, bytes, operation, site);
}

int current_lane() {
  return block().current() % warp_size;
}

void start_copy(void* to, const void* from, size_t bytes, Site site) {
  block().start_copy(to, from, bytes, site);
}

void commit_copies() {
  block().commit_copies();
}

void wait_for_copies(int groups_in_flight, Site site) {
  block().wait_for_copies(groups_in_flight, site);
}

void load_matrices(unsigned* to, int matrices, bool transposed, const void* row, Site site) {
  const int lane = current_lane(), line = lane / 4, pair = lane % 4 * 2;
  const size_t in_shared = uintptr_t(row) - uintptr_t(block().shared());
  if (lane < 8 * matrices && (in_shared % 16 != 0 || in_shared >= block().shared_bytes()))
    block().fail([&] {
      return block().name(block().current()) + ": ldmatrix of what are not 16 aligned bytes of shared memory at " +
             text(site);
    });
  const auto row_of = meet(~0u, static_cast<const std::byte*>(row), "ldmatrix", site);
  for (int m = 0; m < matrices; ++m) {
    uint16_t halves[2];
    for (int e = 0; e < 2; ++e) {
      const std::byte* const from =
          transposed ? row_of(8 * m + pair + e) + 2 * line : row_of(8 * m + line) + 2 * (pair + e);
      observe(from, sizeof halves[e], Access::read, site);
      std::memcpy(&halves[e], from, sizeof halves[e]);
    }
    to[m] = unsigned(halves[1]) << 16 | halves[0];
  }
}

template <class T>
T atomic(Atomic operation, T* p, T value, Site site) {
  observe(p, sizeof(T), Access::atomic, site);
  const T before = *p;
  *p = changed(operation, before, value);
  return before;
}

template <class T>
T atomic_compare_and_swap(T* p, T expected, T value, Site site) {
  observe(p, sizeof(T), Access::atomic, site);
  const T before = *p;
  if (before == expected) *p = value;
  return before;
}

template int atomic(Atomic, int*, int, Site);
template unsigned atomic(Atomic, unsigned*, unsigned, Site);
template unsigned long long atomic(Atomic, unsigned long long*, unsigned long long, Site);
template float atomic(Atomic, float*, float, Site);
template double atomic(Atomic, double*, double, Site);
template int atomic_compare_and_swap(int*, int, int, Site);
template unsigned atomic_compare_and_swap(unsigned*, unsigned, unsigned, Site);
template unsigned long long atomic_compare_and_swap(unsigned long long*, unsigned long long, unsigned long long, Site);

}  // namespace emulator

void __syncwarp(unsigned mask, emulator::Site site) {
  emulator::block().synchronise_warp(mask, site);
}

unsigned __ballot_sync(unsigned mask, int predicate, emulator::Site site) {
  const int vote = predicate != 0;
  const std::byte* const slots = emulator::exchange(mask, &vote, sizeof vote, "__ballot_sync", site);
  unsigned votes = 0;
  for (int lane = 0; lane < warpSize; ++lane) {
    int of_lane;
    std::memcpy(&of_lane, slots + size_t(lane) * 64, sizeof of_lane);
    votes |= unsigned(of_lane == 1) << lane;
  }
  return votes;
}
