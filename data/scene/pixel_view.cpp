#include "data/scene/pixel_view.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t { shifts = 0xa000000000 };

constexpr double earth = 6371, altitude = 705;  // km

// The share of a triangle, of half base `half` around 0, below x.
double triangle_below(double x, double half) {
  const double t = std::clamp(x / half, -1.0, 1.0);
  return t < 0 ? 0.5 * (1 + t) * (1 + t) : 1 - 0.5 * (1 - t) * (1 - t);
}

double rectangle_below(double x, double half) {
  return std::clamp(0.5 * (x / half + 1), 0.0, 1.0);
}

// The cells of one axis that a response of half base `half` around `middle` covers, the first and their shares.
struct Weights {
  int first = 0;
  std::vector<double> share;
};

template <class Below>
Weights weights(double middle, double half, const Below& below) {
  Weights w;
  w.first = int(std::floor(middle - half + 0.5));
  const int last = int(std::ceil(middle + half - 0.5));
  for (int i = w.first; i <= last; ++i)
    w.share.push_back(below(i + 0.5 - middle, half) - below(i - 0.5 - middle, half));
  return w;
}

}  // namespace

PixelGrowth pixel_growth(double view_zenith) {
  const double zenith = std::max(std::abs(view_zenith), 1e-3) * std::numbers::pi / 180;
  const double nadir = std::asin(earth / (earth + altitude) * std::sin(zenith));
  const double range = earth * std::sin(zenith - nadir) / std::sin(nadir);
  return {range / altitude / std::cos(zenith), range / altitude};
}

PixelShift pixel_shift(const PixelResponse& response, uint64_t seed, int first_day) {
  Random random(seed, shifts + uint64_t(first_day));
  const double columns = random.uniform(-response.shift, response.shift);
  return {columns, random.uniform(-response.shift, response.shift)};
}

Reflectance seen_by_pixel(const Part& part, const std::vector<Reflectance>& land, int row, int column,
                          double view_zenith, const PixelResponse& response, const PixelShift& shift) {
  const PixelGrowth growth = pixel_growth(view_zenith);
  const Weights scan = weights(column + shift.columns, response.scan * growth.scan, triangle_below);
  const Weights track = weights(row + shift.rows, response.track * growth.track / 2, rectangle_below);
  Reflectance seen;
  for (size_t j = 0; j < track.share.size(); ++j)
    for (size_t i = 0; i < scan.share.size(); ++i) {
      const int y = std::clamp(track.first + int(j) - part.row, 0, part.rows - 1);
      const int x = std::clamp(scan.first + int(i) - part.column, 0, part.columns - 1);
      const Reflectance& cell = land[size_t(y) * size_t(part.columns) + size_t(x)];
      const double weight = track.share[j] * scan.share[i];
      seen.red += weight * cell.red, seen.nir += weight * cell.nir;
      seen.blue += weight * cell.blue, seen.mir += weight * cell.mir;
    }
  return seen;
}

}  // namespace unetsr::data
