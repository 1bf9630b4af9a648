#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "emulator/emulator.hpp"
#include "emulator/include/cuda_runtime.h"

namespace emulator {

// What a kernel did wrong.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr int warp_size = 32, max_threads = 1024;
constexpr size_t max_shared_bytes = 227 * 1024;  // what sm_90 gives a block
constexpr size_t shared_margin = 64 * 1024;      // on both sides, so that overruns hit nothing else

struct Launch {
  dim3 grid, block;
  size_t shared_bytes;
  Call call;
};

// A cp.async that has not arrived.
struct AsyncCopy {
  void* to;
  const void* from;  // null: zeros
  size_t bytes;
  int group;
};

enum class State : uint8_t { done, ready, at_barrier, in_warp_operation };

struct Thread {
  void* context = nullptr;
  State state = State::done;
  Site site;  // where it waits
  const char* operation = "";
  uint16_t warp_phase = 0;  // __syncwarps passed
  std::vector<AsyncCopy> copies;
  int group = 0;
};

// The threads of one block.
class Block {
 public:
  Block();
  ~Block();
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  // Runs all blocks of a launch. Throws Fault; the block can be used again.
  void run(const Launch&);

  // For threads of the kernel.
  void barrier(Site);
  void synchronise_warp(unsigned mask, Site);
  // Brings `bytes` (at most 64) of each lane in the mask together. The result is an array of warp_size strides of 64
  // bytes; lanes that have returned, or are not in the mask, have 0xff there.
  const std::byte* exchange(unsigned mask, const void* value, size_t bytes, const char* operation, Site);
  void start_copy(void* to, const void* from, size_t bytes, Site);
  void commit_copies();
  void wait_for_copies(int groups_in_flight, Site);
  // Ends the launch with a Fault of text().
  template <class Text>
  [[noreturn]] void fail(Text text) {
    fault_ = std::ref(text);
    failed_ = current_;
    leave();
  }

  // Whether a thread of a kernel runs, and which, or which has failed.
  bool running() const { return current_ >= 0; }
  int current() const { return running() ? current_ : failed_; }
  uint32_t run_number() const { return run_; }
  uint32_t first_run_of_launch() const { return first_run_; }
  uint16_t phase() const { return phase_; }
  uint16_t warp_phase() const { return threads_[size_t(current_)].warp_phase; }
  size_t shared_bytes() const { return shared_bytes_; }
  std::byte* shared() const { return shared_; }
  bool on_stack(uintptr_t address) const { return address - uintptr_t(stacks_) < stacks_bytes_; }
  std::string name(int thread) const;

 private:
  struct Meeting {  // of the lanes of one mask; turns alternate, so that a fast lane cannot overwrite a slow one
    unsigned mask = 0, arrived = 0, turn = 0;
    Site site;
    const char* operation = "";
    std::byte slots[2][warp_size * 64];
  };

  void run_block(const Launch&);
  void start(int thread);
  void resume(int thread);
  void wait();
  [[noreturn]] void leave();
  void finish();
  int next();
  void wake(int thread);
  void open_barrier_if_all_wait();
  void part_if_all_met(int warp, Meeting&);
  [[noreturn]] void report_dead_lock();
  std::string waiting_place(int thread) const;
  static void entry_of_thread();

  std::vector<Thread> threads_;
  std::vector<Meeting> meetings_;  // a warp's, by the lowest lane of the mask
  std::vector<unsigned> alive_;    // the lanes of each warp that have not returned
  std::vector<int> ready_;
  std::byte *stacks_, *shared_;
  size_t stacks_bytes_;
  void* host_context_ = nullptr;
  const Launch* launch_ = nullptr;
  std::function<std::string()> fault_;
  size_t shared_bytes_ = 0;
  int current_ = -1, failed_ = -1, threads_in_block_ = 0, live_ = 0, waiting_ = 0;
  uint32_t run_ = 0, first_run_ = 0;
  uint16_t phase_ = 0;
  uint64_t random_ = 1;
};

Block& block();

}  // namespace emulator
