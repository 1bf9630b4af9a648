#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "emulator/site.hpp"

// CUDA kernels as ordinary C++, for tests on machines without a GPU: the same .cu sources, compiled by the host's
// compiler against the headers in include/. Every CUDA thread is a fiber of the system thread that synchronises; blocks
// run one after the other, as late as the program allows (when it synchronises with the device). Streams overtake each
// other as the schedule says (streams.hpp).
//
// Reported, as the error of the call that synchronises, with source lines:
//   - barriers that the threads of a block reach at different places, warp operations whose lanes disagree, dead locks
//   - data races, within a block and between blocks, whatever the order of the threads          (observer.hpp)
//   - accesses outside the shared memory of the launch, outside device memory, to host memory   (observer.hpp)
//   - uses of what cp.async has not brought yet                                                  (observer.hpp)
// Shared memory holds NaNs when a block starts, device memory when it is allocated. The host cannot touch device memory
// but through the CUDA calls (the program is killed by a segmentation fault).
//
// Not modelled: static __shared__ variables, wgmma, TMA, clusters, cooperative groups, caches, fences between blocks.
namespace emulator {

// Order of the blocks of a launch, of the threads of a block at every turn, and of streams.
enum class Order { forward, reverse, random };

struct Schedule {
  Order order = Order::random;
  uint64_t seed = 1;
};
void set_schedule(Schedule);
Schedule current_schedule();

// For mutants: every __syncthreads, __syncwarp and cp.async wait that was passed since the program started, and one
// that is left out from now on.
std::vector<Site> synchronisations();
void leave_out(std::optional<Site>);

std::string text(Site);  // file.cu:12

// Whether plain loads and stores are seen: not under the address sanitizer, which sees accesses out of bounds itself.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool observes_accesses = false;
#else
inline constexpr bool observes_accesses = true;
#endif

// Device memory that is allocated now.
size_t device_bytes();

// The kernels that were launched since the last call.
std::set<const void*> take_launched();

}  // namespace emulator
