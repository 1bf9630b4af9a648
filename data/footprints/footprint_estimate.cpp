#include "data/footprints/footprint_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace unetsr::data {
namespace {

constexpr double gap = 1200;  // seconds

}  // namespace

int orbit_at(std::span<const OrbitDisplacement> orbits, double time) {
  const auto after = std::upper_bound(orbits.begin(), orbits.end(), time + gap / 2,
                                      [](double t, const OrbitDisplacement& o) { return t < o.first; });
  if (after == orbits.begin() || !(time <= std::prev(after)->last + gap / 2)) return -1;
  return int(after - orbits.begin()) - 1;
}

std::vector<OrbitDisplacement> orbits_of(std::span<const double> times) {
  std::vector<double> sorted;
  std::copy_if(times.begin(), times.end(), std::back_inserter(sorted), [](double t) { return !std::isnan(t); });
  std::sort(sorted.begin(), sorted.end());
  std::vector<OrbitDisplacement> orbits;
  for (const double time : sorted) {
    if (orbits.empty() || time - orbits.back().last >= gap) orbits.push_back({time, time, {}, {}});
    orbits.back().last = time;
  }
  return orbits;
}

EastNorth FootprintEstimate::at(double time) const {
  const int orbit = orbit_at(orbits, time);
  return orbit < 0 ? EastNorth{} : orbits[size_t(orbit)].displacement;
}

bool FootprintEstimate::as_delivered() const {
  return !width && mean_displacement() == 0;
}

double FootprintEstimate::mean_displacement() const {
  double squares = 0;
  for (const OrbitDisplacement& o : orbits)
    squares += o.displacement.east * o.displacement.east + o.displacement.north * o.displacement.north;
  return orbits.empty() ? 0 : std::sqrt(squares / double(orbits.size()));
}

}  // namespace unetsr::data
