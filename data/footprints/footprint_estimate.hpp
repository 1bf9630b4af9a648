#pragma once
#include <optional>
#include <span>
#include <vector>

namespace unetsr::data {

// A vector on the ground, km.
struct EastNorth {
  double east = 0, north = 0;
};

// From where the corners of an orbit's footprints are delivered to where they were measured, with its standard
// deviation.
struct OrbitDisplacement {
  double first = 0, last = 0;  // times of its soundings, seconds since 1970-01-01 UTC
  EastNorth displacement, deviation;
};

// Where the footprints of soundings lie, and how widely the instrument responds, as estimated from soundings.
struct FootprintEstimate {
  // Full width at half of its height of the response, in units of the sides (data/footprints/response.hpp); nothing:
  // the response is the box between the corners.
  std::optional<double> width = {};
  std::vector<OrbitDisplacement> orbits = {};  // in the order of time

  // 0 at a time of no orbit.
  EastNorth at(double time) const;
  bool as_delivered() const;
  // Root mean square of the lengths of the orbits' displacements, km.
  double mean_displacement() const;
};

// An orbit is a run of soundings without a gap of 20 minutes: a satellite needs more for the night between two days.
// In the order of time; times that are NaN belong to none.
std::vector<OrbitDisplacement> orbits_of(std::span<const double> times);
// The orbit of a time among those; -1: none.
int orbit_at(std::span<const OrbitDisplacement>, double time);

}  // namespace unetsr::data
