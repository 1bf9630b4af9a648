#pragma once
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Helpers of the tests against values worked out by hand: each runs on the specification and on its CPU twin.
namespace unetsr::test {

inline constexpr float missing_value = std::numeric_limits<float>::quiet_NaN();

template <class Test>
void on_both_devices(Test test) {
  for (Device device : {Device::reference, Device::cpu}) {
    INFO("device " << (device == Device::cpu ? "cpu" : "reference"));
    Queue queue(device);
    test(queue);
  }
}

// NaN equals NaN.
inline void check_values(const std::vector<float>& got, const std::vector<float>& expected, double tolerance = 0) {
  REQUIRE(got.size() == expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    INFO("value " << i << ": got " << got[i] << ", expected " << expected[i]);
    const bool same = got[i] == expected[i] || (got[i] != got[i] && expected[i] != expected[i]);
    CHECK((same || std::abs(double(got[i]) - double(expected[i])) <= tolerance));
  }
}

}  // namespace unetsr::test
