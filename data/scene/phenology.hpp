#pragma once
#include "data/scene/landscape.hpp"

namespace unetsr::data {

// The share of the ground under green leaves, 0..1, on a day of the year for a season that begins `late` days after the
// typical one of southern Minnesota.
double green_share(Cover, double day_of_year, double late);

}  // namespace unetsr::data
