#include "autograd/arena.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>

using namespace unetsr;
using autograd::Arena;

TEST_CASE("memory is aligned, disjoint and as large as asked for") {
  Arena arena{Queue(Device::cpu)};
  char* first = arena.array<char>(1);
  char* second = arena.array<char>(100);
  char* third = arena.array<char>(64);
  for (const char* p : {first, second, third}) CHECK(reinterpret_cast<uintptr_t>(p) % 64 == 0);
  std::memset(first, 1, 1);
  std::memset(second, 2, 100);
  std::memset(third, 3, 64);
  CHECK(first[0] == 1);
  CHECK(second[0] == 2);
  CHECK(second[99] == 2);
  CHECK(third[63] == 3);
}

TEST_CASE("a second step of the same sizes allocates nothing, wherever the first one had to grow") {
  Arena arena{Queue(Device::cpu)};
  const auto step = [&] {
    for (int64_t size : {100, 3 << 20, 50, 5 << 20, 1 << 20, 7}) {
      char* p = arena.array<char>(size);
      p[0] = p[size - 1] = 1;
    }
  };
  step();
  CHECK(arena.system_allocations() > 1);
  const size_t peak = arena.peak_bytes();
  CHECK(peak >= (9 << 20) + 157);
  arena.reset();
  const int after_joining = arena.system_allocations();
  for (int i = 0; i < 3; ++i) {
    step();
    arena.reset();
  }
  CHECK(arena.system_allocations() == after_joining);
  CHECK(arena.peak_bytes() == peak);
}

TEST_CASE("after a reset the memory is used again") {
  Arena arena{Queue(Device::cpu)};
  const char* first = arena.array<char>(10);
  arena.reset();
  CHECK(arena.array<char>(10) == first);
}

TEST_CASE("a released piece is used again for another one that is not much smaller") {
  Arena arena{Queue(Device::cpu)};
  char* first = arena.array<char>(4096);
  char* second = arena.array<char>(2048);
  const size_t peak = arena.peak_bytes();
  arena.release(first + 64);  // no piece begins here
  CHECK(arena.array<char>(4096) != first);
  const size_t larger = arena.peak_bytes();
  CHECK(larger > peak);
  arena.release(first);
  arena.release(second);
  CHECK(arena.array<char>(2000) == second);
  CHECK(arena.array<char>(1024) == first);
  CHECK(arena.peak_bytes() == larger);
  arena.release(first);
  CHECK(arena.array<char>(64) != first);
  arena.reset();
  CHECK(arena.array<char>(4096) == first);
}
