#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "kernels/devices.hpp"

// Of the tests that run on a GPU.
int main(int argc, char** argv) {
  if (unetsr::kernels::cuda::devices().empty()) {
    std::puts("skipped: this machine has no GPU that CUDA can use");
    return 77;
  }
  return doctest::Context(argc, argv).run();
}
