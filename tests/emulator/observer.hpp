#pragma once
#include <cstddef>
#include <cstdint>

#include "emulator/site.hpp"

// Every load and store of a kernel's threads is checked against the earlier ones. Two accesses to the same bytes, one
// of them a store, by threads that no __syncthreads (or, in one warp, __syncwarp) has come between, are a race; so are
// any two from different blocks of a launch. Atomics do not race with one another.
//
// The compiler tells of the accesses: it instruments the kernels as for the thread sanitizer (-fsanitize=thread), but
// the functions that it then calls are those of observer.cpp, not the sanitizer's library.
namespace emulator {

enum class Access : uint8_t { read, write, atomic, start_of_copy, end_of_copy };

// An access, and when it was.
struct Stamp {
  uint32_t run = 0;    // of the block; 0: never
  uint32_t place = 0;  // in the source
  uint16_t thread = 0, phase = 0, warp_phase = 0;
  uint8_t bytes = 0;  // bit i: byte i of the word
  Access kind = Access::read;
};

// What has been done to a word of 4 bytes: the last store, and the last loads that could be in conflict with the next.
struct Cell {
  Stamp write, read, read_in_warp, read_elsewhere;
};

// A thread of a kernel accesses memory.
void observe(const void* address, size_t bytes, Access, Site);

}  // namespace emulator
