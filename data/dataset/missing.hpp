#pragma once
#include <limits>

namespace unetsr::data {

// A value of a layer, of a feature or of a map that is not there. Compare with std::isnan.
inline constexpr float missing = std::numeric_limits<float>::quiet_NaN();

}  // namespace unetsr::data
