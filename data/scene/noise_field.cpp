#include "data/scene/noise_field.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

constexpr int octaves = 3;
constexpr double decay = 0.5;  // an octave's amplitude over that of the one before

uint64_t lattice_bits(uint64_t seed, int64_t i, int64_t j, int64_t k) {
  constexpr uint64_t low = (1 << 21) - 1;
  return Random(seed, (uint64_t(i) & low) | (uint64_t(j) & low) << 21 | (uint64_t(k) & low) << 42).bits();
}

// Near enough to normal, variance 1: the sum of four uniform numbers of 16 bits.
double lattice_normal(uint64_t bits) {
  const uint64_t sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
  return (double(sum) / 65536 - 2) * std::sqrt(3.0);
}

double smooth(double t) {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

// Interpolated lattice normals, divided by their standard deviation at this place.
double octave(uint64_t seed, const std::array<double, 3>& at, int dimensions) {
  std::array<int64_t, 3> corner = {};
  std::array<double, 3> weight = {};
  for (int d = 0; d < dimensions; ++d) {
    const double low = std::floor(at[size_t(d)]);
    corner[size_t(d)] = int64_t(low);
    weight[size_t(d)] = smooth(at[size_t(d)] - low);
  }
  double sum = 0, variance = 0;
  for (int c = 0; c < 1 << dimensions; ++c) {
    double w = 1;
    for (int d = 0; d < dimensions; ++d) w *= c >> d & 1 ? weight[size_t(d)] : 1 - weight[size_t(d)];
    sum +=
        w * lattice_normal(lattice_bits(seed, corner[0] + (c & 1), corner[1] + (c >> 1 & 1), corner[2] + (c >> 2 & 1)));
    variance += w * w;
  }
  return sum / std::sqrt(variance);
}

double fractal(uint64_t seed, std::array<double, 3> at, int dimensions) {
  double sum = 0, variance = 0, amplitude = 1;
  for (int o = 0; o < octaves; ++o, amplitude *= decay) {
    sum += amplitude * octave(seed + uint64_t(o), at, dimensions);
    variance += amplitude * amplitude;
    // Turned from octave to octave, so that the lattices do not show.
    const double x = at[0], y = at[1];
    at = {2 * (0.8 * x - 0.6 * y) + 17.3, 2 * (0.6 * x + 0.8 * y) - 5.9, 2 * at[2] + 11.1};
  }
  return sum / std::sqrt(variance);
}

}  // namespace

double normal_share(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

NoiseField::NoiseField(uint64_t seed, uint64_t stream, double scale)
    : seed_(Random(seed, stream).bits()), scale_(scale) {}

double NoiseField::at(double x, double y) const {
  return fractal(seed_, {x / scale_, y / scale_, 0}, 2);
}

double NoiseField::at(double x, double y, double z) const {
  return fractal(seed_, {x / scale_, y / scale_, z / scale_}, 3);
}

Patch patch_at(uint64_t seed, uint64_t stream, double size, double x, double y) {
  const int64_t column = int64_t(std::floor(x / size)), row = int64_t(std::floor(y / size));
  const uint64_t patches = Random(seed, stream).bits();
  Patch nearest;
  nearest.distance = std::numeric_limits<double>::infinity();
  for (int64_t j = row - 1; j <= row + 1; ++j)
    for (int64_t i = column - 1; i <= column + 1; ++i) {
      Random random(lattice_bits(patches, i, j, 0));
      const double dx = (double(i) + random.uniform()) * size - x, dy = (double(j) + random.uniform()) * size - y;
      const double distance = std::hypot(dx, dy);
      if (distance < nearest.distance) nearest = {random.bits(), distance};
    }
  return nearest;
}

}  // namespace unetsr::data
