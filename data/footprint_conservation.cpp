#include "data/footprint_conservation.hpp"

#include <cmath>
#include <string>

#include "data/scaled_soundings.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;

constexpr double tolerance = 1e-5;  // of the first residual
constexpr int most_steps = 1000;

Agreement agreement(const Vector& residual) {
  const double n = double(residual.size());
  double sum = 0;
  for (const double r : residual) sum -= r;
  return {sum / n, dot(residual, residual) / n};
}

// z of (1 + variance A C A') z = b
Vector solve(const ScaledSoundings& soundings, const Vector& b, double variance, double length,
             const std::function<void()>& each_step) {
  Vector z(b.size(), 0.0), r = b, p = b, q, image;
  double square = dot(r, r);
  const double enough = tolerance * tolerance * square;
  for (int step = 0; square > enough; ++step) {
    if (step == most_steps)
      throw Error("the correction to " + std::to_string(b.size()) + " soundings is not found in " +
                  std::to_string(most_steps) + " steps: their errors are too small for it");
    each_step();
    soundings.covary(p, length, image, q);
    for (size_t i = 0; i < q.size(); ++i) q[i] = p[i] + variance * q[i];
    const double stride = square / dot(p, q);
    for (size_t i = 0; i < q.size(); ++i) z[i] += stride * p[i], r[i] -= stride * q[i];
    const double next = dot(r, r);
    for (size_t i = 0; i < q.size(); ++i) p[i] = r[i] + next / square * p[i];
    square = next;
  }
  return z;
}

}  // namespace

FootprintFit conserve_footprints(std::span<float> map, const Grid& grid, const SoundingCells& cells, int window,
                                 const MapError& error, const std::function<void()>& each_step) {
  FootprintFit fit;
  {
    const ScaledSoundings soundings(cells, window, grid, map);
    fit.soundings = int64_t(soundings.size());
    fit.before = agreement(soundings.residual());
    const double variance = error.sigma * error.sigma;
    Vector image;
    soundings.spread(solve(soundings, soundings.residual(), variance, error.length, each_step), error.length, image);
    double squares = 0, present = 0;
    for (size_t i = 0; i < map.size(); ++i) {
      if (std::isnan(map[i])) continue;
      const double correction = variance * image[i];
      map[i] = float(double(map[i]) + correction);
      squares += correction * correction, ++present;
    }
    if (present > 0) fit.correction = std::sqrt(squares / present);
  }
  fit.after = agreement(ScaledSoundings(cells, window, grid, map).residual());
  return fit;
}

}  // namespace unetsr::data
