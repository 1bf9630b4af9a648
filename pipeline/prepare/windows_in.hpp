#pragma once
#include "data/formats/granule_set.hpp"
#include "pipeline/console/day_range.hpp"

namespace unetsr::pipeline {

// The windows with a day in the range. Throws UsageError where there is none.
data::GranuleSet windows_in(const data::GranuleSet&, const DayRange&);

}  // namespace unetsr::pipeline
