#include "pipeline/console/child_process.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <new>
#include <vector>

#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/progress.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

void ignore(std::string) {}

bool has_children() {
  return waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

}  // namespace

TEST_CASE("what a child sends arrives whole and in order, also large and empty messages") {
  const std::string large(3'000'000, 'x');
  std::vector<std::string> taken;
  run_in_child(
      "a.nc",
      [&](const Send& send) {
        send("one");
        send("");
        send(large);
        for (int i = 0; i < 1000; ++i) send(std::to_string(i));
      },
      [&](std::string message) { taken.push_back(std::move(message)); });
  REQUIRE(taken.size() == 1003);
  CHECK(taken[0] == "one");
  CHECK(taken[1].empty());
  CHECK(taken[2] == large);
  CHECK(taken.back() == "999");
  CHECK_FALSE(has_children());
}

TEST_CASE("what a child throws is thrown again, of the same kind") {
  const auto throwing = [](auto error) {
    run_in_child(
        "a.nc", [&](const Send&) { throw error; }, ignore);
  };
  CHECK_THROWS_WITH_AS(throwing(UsageError("--aux x: wrong")), "--aux x: wrong", UsageError);
  CHECK_THROWS_WITH_AS(throwing(Error("a.nc: cut off")), "a.nc: cut off", Error);
  CHECK_THROWS_AS(throwing(std::bad_alloc()), std::bad_alloc);
}

TEST_CASE("a library that crashes, ends the program, computes or waits for ever is one line that names the file") {
  const auto start = std::chrono::steady_clock::now();
  const auto reading = [](void (*library)(), const ChildLimits& limits = {}) {
    run_in_child(
        "a.nc", [&](const Send&) { library(); }, ignore, limits);
  };
  CHECK_THROWS_NAMING(Error, reading([] { std::abort(); }), "a.nc", "crashed", "download it again");
  CHECK_THROWS_NAMING(Error, reading([] { _exit(0); }), "a.nc", "ended the program");
  CHECK_THROWS_NAMING(Error,
                      reading(
                          [] {
                            for (volatile bool on = true; on;) {
                            }
                          },
                          {1, 60}),
                      "a.nc", "found no end in 1 s");
  CHECK_THROWS_NAMING(Error,
                      reading(
                          [] {
                            for (;;) pause();
                          },
                          {60, 1}),
                      "a.nc", "hangs");
  CHECK(seconds_since(start) < 30);
  CHECK_FALSE(has_children());
}

TEST_CASE("a child that is no longer listened to ends") {
  const auto taking = [](std::string) { throw Error("no more"); };
  const auto endless = [](const Send& send) {
    for (;;) send("more");
  };
  CHECK_THROWS_WITH_AS(run_in_child("a.nc", endless, taking), "no more", Error);
  CHECK_FALSE(has_children());
}

TEST_CASE("a child has threads of its own") {
  std::atomic<int> before = 0;
  ThreadScope two(2);
  parallel_for(10, [&](int64_t) { ++before; });
  int in_child = 0;
  run_in_child(
      "a.nc",
      [&](const Send& send) {
        std::atomic<int> calls = 0;
        parallel_for(10, [&](int64_t) { ++calls; });
        send(std::to_string(calls));
      },
      [&](const std::string& message) { in_child = std::stoi(message); }, {10, 10});
  CHECK(in_child == 10);
  parallel_for(10, [&](int64_t) { ++before; });
  CHECK(before == 20);
}
