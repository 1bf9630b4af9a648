#include "data/noise.hpp"

#include <cmath>
#include <limits>

namespace unetsr::data {}
