#include "kernels/host_memory.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <vector>

#include "kernels/host_allocator.hpp"

using namespace unetsr::kernels;

TEST_CASE("memory is aligned and as large as asked for") {
  constexpr size_t mib = size_t(1) << 20;
  for (const size_t bytes : {size_t(1), size_t(1000), 4 * mib - 1, 4 * mib, 5 * mib + 1}) {
    CAPTURE(bytes);
    char* const p = static_cast<char*>(host_memory(bytes));
    CHECK(uintptr_t(p) % 256 == 0);
    std::memset(p, 1, bytes);
    CHECK(p[bytes - 1] == 1);
    release_host_memory(p, bytes);
  }
  release_host_memory(nullptr, 0);
}

TEST_CASE("containers of the standard library take it") {
  std::vector<double, HostAllocator<double>> values(1 << 20, 1.5);
  values.push_back(2);
  CHECK(reinterpret_cast<uintptr_t>(values.data()) % 256 == 0);
  CHECK(values.front() + values.back() == 3.5);
}

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("large memory goes back to the system") {
  const auto resident = [] {
    long all = 0, pages = 0;
    std::ifstream("/proc/self/statm") >> all >> pages;
    return pages * sysconf(_SC_PAGESIZE);
  };
  constexpr long bytes = 10 << 20;
  const long before = resident();
  for (int i = 0; i < 4; ++i) {
    void *const first = host_memory(bytes), *const second = host_memory(bytes);
    std::memset(first, 1, bytes), std::memset(second, 1, bytes);
    CHECK(resident() > before + bytes);
    release_host_memory(first, bytes);
    CHECK(resident() < before + bytes * 3 / 2);
    release_host_memory(second, bytes);
  }
  CHECK(resident() < before + bytes / 2);
}
#endif
