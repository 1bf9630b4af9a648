#include "data/footprint_conservation.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "data/scaled_soundings.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;

constexpr double tolerance = 1e-5;  // of the first residual
constexpr int most_steps = 1000;
constexpr int probes = 4;  // one is good to some 6 % in 200 x 200 cells

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

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

MapError estimate_map_error(std::span<const float> map, const Grid& grid, const SoundingCells& cells, int window,
                            double length) {
  const ScaledSoundings soundings(cells, window, grid, map);
  const Vector own = soundings.variances(length);
  Vector image, y;
  // sum over i of z(i) and of the square of: the sum over j /= i of (A C A')(i, j) z(j)
  const auto with_others = [&](const Vector& z) {
    soundings.covary(z, length, image, y);
    for (size_t i = 0; i < y.size(); ++i) y[i] -= own[i] * z[i];
    return std::pair(dot(z, y), dot(y, y));
  };
  const double product = with_others(soundings.residual()).first;
  double squares = 0;  // of all (A C A')(i, j), j /= i: what signs drawn at random leave (Hutchinson 1990)
  Vector signs(soundings.size());
  for (int probe = 0; probe < probes; ++probe) {
    Random random(0, uint64_t(probe));
    for (double& sign : signs) sign = random.below(2) ? 1 : -1;
    squares += with_others(signs).second / probes;
  }
  const double chance = std::sqrt(2 * squares);
  return {product > 2 * chance ? std::sqrt(product / squares) : 0, length};
}

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
