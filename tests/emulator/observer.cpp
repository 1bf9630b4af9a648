#include "emulator/observer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "emulator/block.hpp"
#include "emulator/device_heap.hpp"
#include "emulator/source_line.hpp"

extern "C" {
extern const char __executable_start, _end;
}

namespace emulator {
namespace {

constexpr uint32_t is_site = 0x80000000;
std::vector<Site> sites;
Cell shared_cells[max_shared_bytes / 4];

uint32_t place_of(Site site) {
  for (size_t i = 0; i < sites.size(); ++i)
    if (sites[i] == site) return uint32_t(i) | is_site;
  sites.push_back(site);
  return uint32_t(sites.size() - 1) | is_site;
}

uint32_t place_of(const void* return_address) {
  return uint32_t(uintptr_t(return_address) - uintptr_t(&__executable_start) - 1);
}

std::string text_of(uint32_t place) {
  return place & is_site ? text(sites[place & ~is_site]) : source_line(place);
}

const char* verb(Access kind) {
  switch (kind) {
    case Access::read:
      return "reads";
    case Access::write:
      return "writes";
    case Access::atomic:
      return "atomically changes";
    case Access::start_of_copy:
    case Access::end_of_copy:
      return "copies (cp.async) to";
  }
  return "";
}

std::string actor(const Stamp& s) {
  return s.run == block().run_number() ? block().name(s.thread) : "a thread of another block";
}

// Whether nothing orders an earlier access and one of now. Runs before `first_run` had other memory or are over.
bool unordered(const Stamp& before, const Stamp& now, uint32_t first_run) {
  if (before.run < first_run || !(before.bytes & now.bytes)) return false;
  if (before.kind == Access::atomic && now.kind == Access::atomic) return false;
  if (before.run != now.run) return true;
  if (before.thread == now.thread || before.phase != now.phase) return false;
  return before.thread / warp_size != now.thread / warp_size || before.warp_phase == now.warp_phase;
}

struct Memory {
  const char* name;
  uint32_t first_run;  // of the block, that could have accessed it
};

void check(const Stamp& before, const Stamp& now, const void* address, Memory memory) {
  const bool in_flight = before.kind == Access::start_of_copy && before.run == now.run && before.bytes & now.bytes &&
                         now.kind != Access::end_of_copy;
  if (!in_flight && !unordered(before, now, memory.first_run)) return;
  block().fail([&] {
    return std::string(in_flight ? "used before its cp.async was waited for: " : "data race: ") + actor(now) + " " +
           verb(now.kind) + " " + memory.name + " at " + text_of(now.place) + ", " + actor(before) + " " +
           verb(before.kind) + " it at " + text_of(before.place) + " (address " + std::to_string(uintptr_t(address)) +
           ")";
  });
}

void note_read(Cell& cell, const Stamp& now) {
  if (cell.read.run != now.run) {
    cell.read = now;
  } else if (cell.read.thread == now.thread) {
    const uint8_t earlier_bytes = cell.read.phase == now.phase ? cell.read.bytes : uint8_t(0);
    cell.read = now;
    cell.read.bytes |= earlier_bytes;
  } else if (cell.read.thread / warp_size == now.thread / warp_size) {
    cell.read_in_warp = cell.read, cell.read = now;
  } else {
    cell.read_elsewhere = cell.read, cell.read = now;
  }
}

void access(Cell& cell, const Stamp& now, const void* address, Memory memory) {
  check(cell.write, now, address, memory);
  if (now.kind == Access::read) return note_read(cell, now);
  for (const Stamp* read : {&cell.read, &cell.read_in_warp, &cell.read_elsewhere}) check(*read, now, address, memory);
  const bool extends = cell.write.run == now.run && cell.write.thread == now.thread && cell.write.kind == now.kind;
  const uint8_t earlier_bytes = extends ? cell.write.bytes : uint8_t(0);
  cell.write = now;
  cell.write.bytes |= earlier_bytes;
}

[[noreturn]] void out_of_bounds(const char* where, uintptr_t address, size_t bytes, Access kind, uint32_t place) {
  block().fail([&] {
    return block().name(block().current()) + " " + verb(kind) + " " + std::to_string(bytes) + " bytes " + where +
           " at " + text_of(place) + " (address " + std::to_string(address) + ")";
  });
}

void observe(const void* pointer, size_t bytes, Access kind, uint32_t place) {
  Block& b = block();
  const uintptr_t address = uintptr_t(pointer), in_shared = address - uintptr_t(b.shared());
  Cell* cells = nullptr;  // of the word of the first byte
  Memory memory = {"shared memory", b.run_number()};
  if (in_shared + shared_margin < max_shared_bytes + 2 * shared_margin) {
    if (in_shared + bytes > b.shared_bytes() || in_shared > b.shared_bytes())
      out_of_bounds("outside shared memory", address, bytes, kind, place);
    cells = shared_cells + in_shared / 4;
  } else if (device_heap().contains(address)) {
    const DeviceHeap::Allocation* const a = device_heap().find(address);
    if (!a || address - uintptr_t(a->begin) + bytes > a->bytes)
      out_of_bounds("outside device memory", address, bytes, kind, place);
    cells = a->cells.get() + (address - uintptr_t(a->begin)) / 4;
    memory = {"device memory", b.first_run_of_launch()};
  } else {
    const bool constant = address - uintptr_t(&__executable_start) < size_t(&_end - &__executable_start);
    if (!constant && !b.on_stack(address)) out_of_bounds("of the host's memory", address, bytes, kind, place);
    return;
  }
  Stamp now{b.run_number(), place, uint16_t(b.current()), b.phase(), b.warp_phase(), 0, kind};
  for (uintptr_t at = address; at < address + bytes; ++cells) {
    const unsigned first = at % 4, count = unsigned(std::min<uintptr_t>(4 - first, address + bytes - at));
    now.bytes = uint8_t(((1u << count) - 1) << first);
    access(*cells, now, pointer, memory);
    at += count;
  }
}

}  // namespace

void observe(const void* address, size_t bytes, Access kind, Site site) {
  observe(address, bytes, kind, place_of(site));
}

void observe_at(const void* address, size_t bytes, Access kind, const void* return_address) {
  if (block().running()) observe(address, bytes, kind, place_of(return_address));
}

}  // namespace emulator

// What instrumented code calls.
#ifndef __SANITIZE_ADDRESS__
#define OBSERVE(name, bytes, kind)                                                             \
  extern "C" void __tsan_##name(const void* address) {                                         \
    emulator::observe_at(address, bytes, emulator::Access::kind, __builtin_return_address(0)); \
  }
OBSERVE(read1, 1, read)
OBSERVE(read2, 2, read)
OBSERVE(read4, 4, read)
OBSERVE(read8, 8, read)
OBSERVE(read16, 16, read)
OBSERVE(write1, 1, write)
OBSERVE(write2, 2, write)
OBSERVE(write4, 4, write)
OBSERVE(write8, 8, write)
OBSERVE(write16, 16, write)
OBSERVE(unaligned_read2, 2, read)
OBSERVE(unaligned_read4, 4, read)
OBSERVE(unaligned_read8, 8, read)
OBSERVE(unaligned_read16, 16, read)
OBSERVE(unaligned_write2, 2, write)
OBSERVE(unaligned_write4, 4, write)
OBSERVE(unaligned_write8, 8, write)
OBSERVE(unaligned_write16, 16, write)

extern "C" {
void __tsan_read_range(const void* address, size_t bytes) {
  emulator::observe_at(address, bytes, emulator::Access::read, __builtin_return_address(0));
}
void __tsan_write_range(const void* address, size_t bytes) {
  emulator::observe_at(address, bytes, emulator::Access::write, __builtin_return_address(0));
}
void __tsan_vptr_update(void**, void*) {}
// The host's parts of the sources use atomics in shared pointers.
int __tsan_atomic32_fetch_add(int* p, int value, int) {
  return __atomic_fetch_add(p, value, __ATOMIC_SEQ_CST);
}
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
}
#endif
