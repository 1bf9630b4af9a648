#include "emulator/streams.hpp"

#include <vector>

#include "emulator/block.hpp"
#include "emulator/device_heap.hpp"

namespace emulator {
namespace {

std::deque<CUstream_st>& streams() {
  static std::deque<CUstream_st> all(1);
  return all;
}

bool can_run(const CUstream_st& s) {
  return !s.pending.empty() &&
         (!s.pending.front().awaited || s.pending.front().awaited->done >= s.pending.front().until);
}

// The stream that has to go on so that `s` can.
CUstream_st* needed_by(CUstream_st* s) {
  while (!can_run(*s)) s = s->pending.front().awaited;
  return s;
}

uint64_t next_random() {
  static uint64_t state = 1;
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state + current_schedule().seed;
}

CUstream_st* next(CUstream_st* target) {
  const Order order = current_schedule().order;
  if (order == Order::forward) return needed_by(target);
  std::vector<CUstream_st*> others, ready;
  for (CUstream_st& s : streams())
    if (can_run(s)) ready.push_back(&s);
  if (order == Order::random) return ready[next_random() % ready.size()];
  for (CUstream_st* s : ready)
    if (s != target) return s;
  return target;
}

void give_up() {
  for (CUstream_st& s : streams()) {
    s.done = s.asked();
    s.pending.clear();
  }
}

}  // namespace

CUstream_st* new_stream() {
  return &streams().emplace_back();
}

CUstream_st* default_stream() {
  return &streams().front();
}

std::string run_until(CUstream_st* target, uint64_t position) {
  std::string fault;
  if (target->done >= position) return fault;
  device_heap().open(true);
  try {
    while (target->done < position) {
      CUstream_st* const s = next(target);
      const Item item = std::move(s->pending.front());
      s->pending.pop_front();
      if (item.work) item.work();
      ++s->done;
    }
  } catch (const Fault& f) {
    fault = f.what();
    give_up();
  }
  device_heap().open(false);
  return fault;
}

std::string run_all() {
  for (CUstream_st& s : streams()) {
    const std::string fault = run_until(&s, s.asked());
    if (!fault.empty()) return fault;
  }
  return "";
}

}  // namespace emulator
