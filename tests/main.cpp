#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/error.hpp"

// Of the tests that need no GPU. UNETSR_CPU may ask for kernels that this processor cannot run.
int main(int argc, char** argv) {
  try {
    unetsr::kernels::cpu::tile_kernels();
  } catch (const unetsr::Error& e) {
    std::printf("skipped: %s\n", e.what());
    return 77;
  }
  return doctest::Context(argc, argv).run();
}
