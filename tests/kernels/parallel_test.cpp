#include "kernels/parallel.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "kernels/error.hpp"
#include "sanitized.hpp"
#include "thrown.hpp"

using namespace unetsr;

TEST_CASE("every task runs once, at any number of threads") {
  for (int count : {1, 2, 5}) {
    set_threads(count);
    CHECK(threads() == count);
    std::vector<int> runs(1000, 0);
    parallel_for(1000, [&](int64_t i) { ++runs[size_t(i)]; });
    CHECK(runs == std::vector<int>(1000, 1));
  }
}

TEST_CASE("ranges cover everything without overlap") {
  set_threads(3);
  for (int64_t size : {0, 1, 6, 7, 8, 100}) {
    std::vector<int> seen(size_t(size), 0);
    parallel_ranges(size, 7, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) ++seen[size_t(i)];
    });
    CHECK(seen == std::vector<int>(size_t(size), 1));
  }
}

TEST_CASE("nested calls and exceptions") {
  set_threads(2);
  std::atomic<int> inner = 0;
  parallel_for(4, [&](int64_t) { parallel_for(8, [&](int64_t) { ++inner; }); });
  CHECK(inner == 32);
  CHECK_THROWS_WITH_AS(parallel_for(100,
                                    [](int64_t i) {
                                      if (i == 37) throw std::runtime_error("task 37");
                                    }),
                       "task 37", std::runtime_error);
  int after = 0;
  parallel_for(1, [&](int64_t) { ++after; });
  CHECK(after == 1);
}

TEST_CASE("a scope has its own number of threads, of its own thread alone") {
  set_threads(3);
  {
    const ThreadScope scope(2);
    CHECK(threads() == 2);
    const ThreadScope unchanged(0);
    CHECK(threads() == 2);
    std::thread([] { CHECK(threads() == std::max(1, int(std::thread::hardware_concurrency()))); }).join();
  }
  CHECK(threads() == 3);
  set_threads(0);
}

TEST_CASE("more threads than can be started are an error, and those that started end" *
          doctest::skip(test::any_sanitizer)) {
  rlimit limit = {};
  REQUIRE(getrlimit(RLIMIT_AS, &limit) == 0);
  rlimit less = limit;
  less.rlim_cur = rlim_t(2) << 30;  // a thread's stack takes 8 MiB
  set_threads(1000);
  REQUIRE(setrlimit(RLIMIT_AS, &less) == 0);
  const std::string error = test::thrown([] { parallel_for(10, [](int64_t) {}); });
  setrlimit(RLIMIT_AS, &limit);
  CHECK_MESSAGE(test::contains(error, "--threads 1000: only "), error);
  set_threads(2);
  std::atomic<int> calls = 0;
  parallel_for(10, [&](int64_t) { ++calls; });
  CHECK(calls == 10);
  set_threads(0);
}
