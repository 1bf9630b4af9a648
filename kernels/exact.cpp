#include "kernels/exact.hpp"

#include <atomic>

namespace unetsr {
namespace {

std::atomic<bool> keep_exact = false;

}  // namespace

void set_exact(bool value) {
  keep_exact = value;
}

bool exact() {
  return keep_exact;
}

}  // namespace unetsr
