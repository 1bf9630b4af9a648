#pragma once
#include "data/sinusoidal.hpp"

// Where the sun stands, to about half a degree.
namespace unetsr::data {

struct SkyDirection {
  double zenith = 0, azimuth = 0;  // degrees; azimuth from north by east, -180..180
};

// `time`: seconds since 1970-01-01 UTC; the equation of time is left out.
SkyDirection sun_at(double time, GeoPoint);
// The same by local solar time, in hours.
SkyDirection sun_at_local_time(int day_number, double hours, GeoPoint);

// The mean over 24 hours of the positive cosine of the sun's zenith angle, over the cosine now (from `zenith`).
double day_length_factor(int day_number, double latitude, double zenith);

}  // namespace unetsr::data
