#pragma once
#include <limits>

namespace unetsr::data {

// A missing value of a layer, a feature or a map. It equals nothing: test with std::isnan.
inline constexpr float missing = std::numeric_limits<float>::quiet_NaN();

}  // namespace unetsr::data
