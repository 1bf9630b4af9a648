#pragma once
#include <cstdint>

// Smooth random fields that are functions of their place: no memory, and the same at any order of evaluation.
namespace unetsr::data {

// The cumulative normal distribution at z: 0..1. Makes a unit field uniform.
double normal_share(double z);

// Mean 0, variance 1 at every place; features about `scale` long, with two octaves of finer detail. Coordinates and
// scale in the same unit.
class NoiseField {
 public:
  NoiseField(uint64_t seed, uint64_t stream, double scale);
  double at(double x, double y) const;
  // In three dimensions, for instance on a sphere, where it has no seam.
  double at(double x, double y, double z) const;

 private:
  uint64_t seed_;
  double scale_;
};

// Patches of one piece each, such as fields and lakes: the cells of a Voronoi diagram of jittered points.
struct Patch {
  uint64_t bits = 0;    // random, its own
  double distance = 0;  // from its centre, in the unit of the coordinates
};
Patch patch_at(uint64_t seed, uint64_t stream, double size, double x, double y);

}  // namespace unetsr::data
