#include "data/correction/footprint_conservation.hpp"

#include <algorithm>
#include <cmath>

#include "data/correction/posterior_solver.hpp"
#include "data/correction/scaled_soundings.hpp"
#include "data/correction/sounding_equations.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;

Agreement agreement(const Vector& residual) {
  const double n = double(residual.size());
  double sum = 0;
  for (const double r : residual) sum -= r;
  return {sum / n, dot(residual, residual) / n};
}

std::vector<float> share_left(const ScaledSoundings& soundings, PosteriorSolver& solver, const MapError& error,
                              const ShareReached& reached) {
  const size_t cells = soundings.cells(), windows = size_t(soundings.shape().n);
  std::vector<float> left(windows * cells, 0.0f);
  // What the soundings see of an error of 1 everywhere.
  Vector everywhere(soundings.size()), image;
  for (int window = 0; window < soundings.shape().n; ++window) {
    image.assign(cells + ScaledSoundings::padding, 1.0);
    soundings.scale_by_map(window, image);
    soundings.gather(window, image, everywhere);
  }
  double all = 0;
  for (size_t k = 0; k < error.parts.size(); ++k) {
    const double variance = error.parts[k].passing + error.parts[k].lasting;
    if (variance == 0) continue;
    const double begin = double(k) / double(error.parts.size());
    const Vector q =
        solver.solve_part(k, everywhere, [&](double share) { reached(begin + share / double(error.parts.size())); });
    SoundingEquations(soundings, {{error.parts[k]}}).errors(q, [&](int window, const Vector& h) {
      float* own = &left[size_t(window) * cells];
      parallel_ranges(int64_t(cells), 1 << 15, [&](int64_t first, int64_t last) {
        for (size_t i = size_t(first); i < size_t(last); ++i)
          own[i] += float(variance * (1 - std::clamp(h[i], 0.0, 1.0)));
      });
    });
    all += variance;
  }
  for (float& v : left) v = all > 0 ? v / float(all) : 1;
  return left;
}

// Adds map x z to a map of one window; z as posterior_error() gives it, so that both correct a map to the same bits.
void add_error(std::span<float> map, const Vector& z, double& squares, double& present) {
  for (size_t i = 0; i < map.size(); ++i) {
    if (std::isnan(map[i])) continue;
    const double correction = positive(double(map[i])) * double(float(z[i]));
    map[i] = float(double(map[i]) + correction);
    squares += correction * correction, ++present;
  }
}

}  // namespace

std::vector<float> posterior_error(std::span<const float> maps, const Grid& grid, const SoundingCells& cells,
                                   std::span<const uint8_t> chosen, const MapError& error, double tolerance,
                                   const ShareReached& reached) {
  const ScaledSoundings soundings(cells, grid, maps, chosen);
  PosteriorSolver solver(soundings, error);
  const Vector q = solver.solve(soundings.residual(), tolerance, reached).x;
  std::vector<float> z(maps.size());
  solver.equations().errors(q, [&](int window, const Vector& own) {
    std::copy_n(own.begin(), soundings.cells(), z.begin() + std::ptrdiff_t(size_t(window) * soundings.cells()));
  });
  return z;
}

FootprintFit conserve_footprints(std::span<float> maps, const Grid& grid, const SoundingCells& cells,
                                 std::span<const uint8_t> chosen, const MapError& error, const ShareReached& reached) {
  FootprintFit fit;
  double squares = 0, present = 0;
  {
    const ScaledSoundings soundings(cells, grid, maps, chosen);
    PosteriorSolver solver(soundings, error);
    fit.soundings = int64_t(soundings.size());
    fit.before = agreement(soundings.residual());
    constexpr double half = 0.5;  // of the time
    fit.error_left = share_left(soundings, solver, error, [&](double share) { reached(half * share); });
    if (fit.soundings > 0) fit.typical_error_left = soundings.mean_under(fit.error_left);
    const Solution<double> solution =
        solver.solve(soundings.residual(), posterior_tolerance, [&](double share) { reached(half + half * share); });
    fit.found = solution.found, fit.residual = solution.residual;
    // A window's map is not needed any more when its error is there.
    solver.equations().errors(solution.x, [&](int window, const Vector& z) {
      add_error(maps.subspan(size_t(window) * soundings.cells(), soundings.cells()), z, squares, present);
    });
  }
  if (present > 0) fit.correction = std::sqrt(squares / present);
  fit.after = agreement(ScaledSoundings(cells, grid, maps, chosen).residual());
  return fit;
}

}  // namespace unetsr::data
