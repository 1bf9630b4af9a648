#pragma once
#include "data/geography/sinusoidal.hpp"

// Sun-synchronous circular orbits over a sphere.
namespace unetsr::data {

// Where a satellite is and what lies to its left, in a frame that turns with the sun: x towards the northward crossing
// of the equator, z to the north pole.
struct OrbitFrame {
  struct Vector {
    double x, y, z;
  };
  Vector nadir, left;
};

struct CircularOrbit {
  double inclination = 0;  // degrees
  double node_hours = 0;   // local time of the northward crossing
  double turns_a_day = 0;

  OrbitFrame frame_at(double time) const;  // seconds since 1970-01-01 UTC
  // The place `distance` km to the right of nadir, where the Earth has turned as far as at `time`. Longitudes in
  // -180..180.
  GeoPoint place(const OrbitFrame&, double distance, double time) const;
  // The number of the orbit; it begins on the night side of the Earth.
  int number_at(double time) const;
};

// Degrees from north by east, -180..180.
double azimuth_of(GeoPoint to, GeoPoint from);
// Degrees of a great circle between two places.
double arc_between(GeoPoint, GeoPoint);

}  // namespace unetsr::data
