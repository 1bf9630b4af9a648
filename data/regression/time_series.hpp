#pragma once
#include <span>

// Estimates of one value of a series from the others. days: of the values, ascending; values: NaN is missing; `at`: the
// value to estimate, which is not looked at. NaN where no other value is present.
namespace unetsr::data {

// On the line between the nearest values before and after; beyond the first and the last of them the nearest one.
double linear_in_time(std::span<const double> days, std::span<const float> values, size_t at);

// The least squares fit of a mean and `order` harmonics of the year (365.25 days) to all others, damped a little so
// that short series do not swing (Roerink, Menenti and Verhoef 2000 call it HANTS). Needs one value more than
// coefficients: with fewer the order is lower, and with fewer than 4 values it is linear_in_time. order: 0 to 4.
double harmonic_in_time(std::span<const double> days, std::span<const float> values, size_t at, int order);

}  // namespace unetsr::data
