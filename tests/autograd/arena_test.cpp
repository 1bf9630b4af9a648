#include "autograd/arena.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/random.hpp"

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
  arena.array<char>(10);
  arena.reset();
  const char* first = arena.array<char>(10);
  arena.reset();
  CHECK(arena.array<char>(10) == first);
}

TEST_CASE("after release_memory it has no block, and gets one as large as before at the next reset") {
  Arena arena{Queue(Device::cpu)};
  arena.array<char>(1 << 20);
  arena.reset();
  const int allocations = arena.system_allocations();
  for (int k = 1; k < 4; ++k) {
    arena.array<char>(1 << 10);
    arena.release_memory();
    CHECK(arena.system_allocations() == allocations + k - 1);
    arena.reset();
    CHECK(arena.system_allocations() == allocations + k);
    arena.array<char>(1 << 20);
    CHECK(arena.system_allocations() == allocations + k);
    arena.reset();
  }
}

TEST_CASE("released pieces are used again, together and in part, the smallest that is large enough first") {
  Arena arena{Queue(Device::cpu)};
  for (int i = 0; i < 5; ++i) arena.array<char>(4096);
  arena.reset();
  const size_t peak = arena.peak_bytes();
  char* p[5];
  for (char*& piece : p) piece = arena.array<char>(4096);
  arena.release(p[0] + 64);  // no piece begins here
  arena.release(p[0]), arena.release(p[2]), arena.release(p[1]);
  CHECK(arena.array<char>(3 * 4096) == p[0]);
  arena.release(p[0]), arena.release(p[4]);
  CHECK(arena.array<char>(1024) == p[4]);
  CHECK(arena.array<char>(8192) == p[0]);
  CHECK(arena.peak_bytes() == peak);
}

TEST_CASE("a piece at the end may grow into what is released before it") {
  Arena arena{Queue(Device::cpu)};
  arena.array<char>(1 << 16);
  arena.reset();
  const char* first = arena.array<char>(4096);
  const char* last = arena.array<char>(4096);
  arena.release(last);
  CHECK(arena.array<char>(8192) == last);
  arena.release(first);
  CHECK(arena.array<char>(4096) == first);
}

TEST_CASE("pieces keep what was written whatever is taken and released, and lie at the same places in each step") {
  Arena arena{Queue(Device::cpu)};
  std::vector<std::vector<char*>> places;
  size_t peak = 0;
  for (int step = 0; step < 3; ++step) {
    Random random(7);
    struct Piece {
      char* data;
      size_t size;
      char value;
    };
    std::vector<Piece> pieces;
    places.emplace_back();
    size_t live = 0, most = 0;
    for (int i = 0; i < 400; ++i)
      if (pieces.empty() || random.below(5) < 3) {
        const size_t size = 1 + random.below(1 << (4 + random.below(10)));
        pieces.push_back({arena.array<char>(int64_t(size)), size, char(i)});
        std::memset(pieces.back().data, pieces.back().value, size);
        places.back().push_back(pieces.back().data);
        most = std::max(most, live += size);
      } else {
        const size_t chosen = random.below(uint32_t(pieces.size()));
        const Piece piece = pieces[chosen];
        CHECK(std::all_of(piece.data, piece.data + piece.size, [&](char value) { return value == piece.value; }));
        arena.release(piece.data);
        live -= piece.size;
        pieces.erase(pieces.begin() + int64_t(chosen));
      }
    if (step == 0) peak = arena.peak_bytes();
    CHECK(arena.peak_bytes() == peak);
    CHECK(peak < 2 * most);
    arena.reset();
  }
  CHECK(places[1] == places[2]);
}
