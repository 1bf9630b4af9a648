#pragma once
#include <compare>

// Code that runs on threads of the emulator and is not itself observed (see observer.hpp).
#define EMULATOR_UNOBSERVED __attribute__((no_sanitize("thread")))

namespace emulator {

// A place in a source file.
struct Site {
  const char* file = "";
  unsigned line = 0;

  static constexpr Site here(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return {file, line};
  }
  bool operator==(const Site&) const = default;
};

}  // namespace emulator
