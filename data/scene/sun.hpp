#pragma once
#include "data/geography/sinusoidal.hpp"

namespace unetsr::data {

struct SkyDirection {
  double zenith = 0, azimuth = 0;  // degrees; azimuth from north by east, -180..180
};

// The direction of the sun at one instant, to about a tenth of a degree (Spencer 1971).
class Sun {
 public:
  explicit Sun(double time);  // seconds since 1970-01-01 UTC
  SkyDirection over(GeoPoint) const;

 private:
  double declination_, hours_;  // solar time at 0 E
};

// At a time of the day, in hours of mean local time.
SkyDirection sun_at_local_time(int day_number, double hours, GeoPoint);

// The mean over 24 hours of the positive cosine of the sun's zenith angle, over the cosine now (from `zenith`).
double day_length_factor(int day_number, double latitude, double zenith);

}  // namespace unetsr::data
