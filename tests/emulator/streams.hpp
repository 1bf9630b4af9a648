#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "emulator/include/cuda_runtime.h"

// What the host asked for and is not yet done. A stream keeps its order; between streams nothing does but events. The
// schedule decides what may run next: forward does what somebody waits for, the other streams as late as they may;
// reverse does the other streams first; random any.

namespace emulator {

// `work`, or what to wait for first: that `awaited` has done `until` items.
struct Item {
  std::function<void()> work;
  CUstream_st* awaited = nullptr;
  uint64_t until = 0;
};

}  // namespace emulator

struct CUstream_st {
  bool capturing = false;
  std::vector<emulator::Item> captured;
  std::deque<emulator::Item> pending;
  uint64_t done = 0;

  uint64_t asked() const { return done + pending.size(); }
};

struct CUevent_st {
  CUstream_st* stream = nullptr;  // null: not recorded
  uint64_t position = 0;          // in its stream
  std::chrono::steady_clock::time_point time;

  bool reached() const { return !stream || stream->done >= position; }
};

namespace emulator {

// Streams are never given back: items and events may name them.
CUstream_st* new_stream();
CUstream_st* default_stream();

// What a kernel did wrong, which also ends all that was asked for; "" where nothing did.
std::string run_until(CUstream_st*, uint64_t position);
std::string run_all();

}  // namespace emulator
