#include "data/correction/footprint_conservation.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "data/correction/scaled_soundings.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;

constexpr double fine = 1e-5, rough = 1e-2;  // of the first residual
constexpr int most_steps = 1000;

Agreement agreement(const Vector& residual) {
  const double n = double(residual.size());
  double sum = 0;
  for (const double r : residual) sum -= r;
  return {sum / n, dot(residual, residual) / n};
}

// q of (1 + A C A') q = b
Vector solve(const ScaledSoundings& soundings, const Vector& b, const MapError& error, double tolerance,
             const ShareReached& reached) {
  Vector z(b.size(), 0.0), r = b, p = b, q, image;
  double square = dot(r, r);
  const double first = square, enough = tolerance * tolerance * square;
  for (int step = 0; square > enough; ++step) {
    if (step == most_steps)
      throw Error("the correction to " + std::to_string(b.size()) + " soundings is not found in " +
                  std::to_string(most_steps) + " steps: their errors are too small for it");
    // The residual falls by about the same factor in each step.
    reached(std::log(square / first) / std::log(enough / first));
    soundings.spread(p, image);
    covary(error, soundings.shape(), image);
    soundings.gather(image, q);
    for (size_t i = 0; i < q.size(); ++i) q[i] += p[i];
    const double stride = square / dot(p, q);
    for (size_t i = 0; i < q.size(); ++i) z[i] += stride * p[i], r[i] -= stride * q[i];
    const double next = dot(r, r);
    for (size_t i = 0; i < q.size(); ++i) p[i] = r[i] + next / square * p[i];
    square = next;
  }
  return z;
}

// C A' (1 + A C A')^-1 b
Vector found(const ScaledSoundings& soundings, const Vector& b, const MapError& error, double tolerance,
             const ShareReached& reached) {
  Vector image;
  soundings.spread(solve(soundings, b, error, tolerance, reached), image);
  covary(error, soundings.shape(), image);
  return image;
}

std::vector<float> share_left(const ScaledSoundings& soundings, const MapError& error, const ShareReached& reached) {
  std::vector<float> left(size_t(soundings.shape().size()), 0.0f);
  Vector ones(left.size(), 1.0), everywhere;
  soundings.gather(ones, everywhere);
  double all = 0, solved = 0;
  for (const MapError::Part& part : error.parts) {
    const double begin = solved++ / double(error.parts.size());
    const double variance = part.passing + part.lasting;
    if (variance == 0) continue;
    const Vector h = found(soundings, everywhere, {{part}}, rough,
                           [&](double share) { reached(begin + share / double(error.parts.size())); });
    for (size_t i = 0; i < h.size(); ++i) left[i] += float(variance * (1 - std::clamp(h[i], 0.0, 1.0)));
    all += variance;
  }
  for (float& v : left) v = all > 0 ? v / float(all) : 1;
  return left;
}

}  // namespace

std::vector<double> posterior_error(std::span<const float> maps, const Grid& grid, const SoundingCells& cells,
                                    std::span<const uint8_t> chosen, const MapError& error, double tolerance,
                                    const ShareReached& reached) {
  const ScaledSoundings soundings(cells, grid, maps, chosen);
  return found(soundings, soundings.residual(), error, tolerance, reached);
}

FootprintFit conserve_footprints(std::span<float> maps, const Grid& grid, const SoundingCells& cells,
                                 std::span<const uint8_t> chosen, const MapError& error, const ShareReached& reached) {
  FootprintFit fit;
  Vector z;
  {
    const ScaledSoundings soundings(cells, grid, maps, chosen);
    fit.soundings = int64_t(soundings.size());
    fit.before = agreement(soundings.residual());
    constexpr double half = 0.5;  // about as many steps each
    z = found(soundings, soundings.residual(), error, fine, [&](double share) { reached(half * share); });
    fit.error_left = share_left(soundings, error, [&](double share) { reached(half + half * share); });
    if (fit.soundings > 0) fit.typical_error_left = soundings.mean_under(fit.error_left);
  }
  double squares = 0, present = 0;
  for (size_t i = 0; i < maps.size(); ++i) {
    if (std::isnan(maps[i])) continue;
    const double correction = positive(double(maps[i])) * z[i];
    maps[i] = float(double(maps[i]) + correction);
    squares += correction * correction, ++present;
  }
  if (present > 0) fit.correction = std::sqrt(squares / present);
  fit.after = agreement(ScaledSoundings(cells, grid, maps, chosen).residual());
  return fit;
}

}  // namespace unetsr::data
