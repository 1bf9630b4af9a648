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

// What the soundings see of an error of 1 everywhere.
StoredArray<double> seen_everywhere(const ScaledSoundings& soundings, const ArrayStore& store) {
  StoredArray<double> everywhere(store);
  everywhere.assign_zeros(soundings.size());
  Vector image;
  for (int window = 0; window < soundings.shape().n; ++window) {
    image.assign(soundings.cells() + ScaledSoundings::padding, 1.0);
    soundings.scale_by_map(window, image);
    soundings.gather(window, image, everywhere.span());
  }
  return everywhere;
}

StoredArray<float> share_left(const ScaledSoundings& soundings, PosteriorSolver& solver, const MapError& error,
                              const ShareReached& reached, const ArrayStore& store) {
  const size_t cells = soundings.cells(), windows = size_t(soundings.shape().n);
  double all = 0;
  for (const MapError::Part& part : error.parts) all += part.passing + part.lasting;
  StoredArray<float> left(store);
  left.assign_zeros(windows * cells);
  const StoredArray<double> everywhere = all > 0 ? seen_everywhere(soundings, store) : StoredArray<double>();
  const auto for_window = [&](int window, const auto& value_of) {
    float* own = &left[size_t(window) * cells];
    parallel_ranges(int64_t(cells), 1 << 15, [&](int64_t first, int64_t last) {
      for (size_t i = size_t(first); i < size_t(last); ++i) own[i] = value_of(own[i], i);
    });
    left.release(size_t(window) * cells, cells);
  };
  for (size_t k = 0; k < error.parts.size(); ++k) {
    const double variance = error.parts[k].passing + error.parts[k].lasting;
    if (variance == 0) continue;
    const double begin = double(k) / double(error.parts.size());
    const Vector q = solver.solve_part(k, everywhere.span(),
                                       [&](double share) { reached(begin + share / double(error.parts.size())); });
    SoundingEquations(soundings, {{error.parts[k]}}).errors(q, [&](int window, const Vector& h) {
      for_window(window, [&](float sum, size_t i) { return sum + float(variance * (1 - std::clamp(h[i], 0.0, 1.0))); });
    });
  }
  for (int window = 0; window < int(windows); ++window)
    for_window(window, [&](float sum, size_t) { return all > 0 ? sum / float(all) : 1; });
  return left;
}

// What was added to the present cells of maps.
struct Added {
  double squares = 0, present = 0;

  double root_mean_square() const { return present > 0 ? std::sqrt(squares / present) : 0; }
};

// Adds map x z to a map of one window; z as posterior_error() gives it, so that both correct a map to the same bits.
void add_error(std::span<float> map, const Vector& z, Added& added) {
  for (size_t i = 0; i < map.size(); ++i) {
    if (std::isnan(map[i])) continue;
    const double correction = positive(double(map[i])) * double(float(z[i]));
    map[i] = float(double(map[i]) + correction);
    added.squares += correction * correction, ++added.present;
  }
}

// Of all windows. A window's map is not needed any more when its error is there.
Added add_errors(StoredSpan<float> maps, const ScaledSoundings& soundings, PosteriorSolver& solver,
                 std::span<const double> solution) {
  Added added;
  solver.equations().errors(solution, [&](int window, const Vector& z) {
    add_error(maps.subspan(size_t(window) * soundings.cells(), soundings.cells()), z, added);
    soundings.release_map(window);
  });
  return added;
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

void add_posterior_error(StoredSpan<float> maps, const Grid& grid, const SoundingCells& cells,
                         std::span<const uint8_t> chosen, const MapError& error, const ShareReached& reached,
                         const ArrayStore& store, double tolerance) {
  ScaledSoundings soundings(cells, grid, StoredSpan<const float>(maps), chosen);
  PosteriorSolver solver(soundings, error, store);
  const Solution<double> solution = solver.solve(soundings.take_residual(), tolerance, reached);
  add_errors(maps, soundings, solver, solution.x);
}

FootprintFit conserve_footprints(StoredSpan<float> maps, const Grid& grid, const SoundingCells& cells,
                                 std::span<const uint8_t> chosen, const MapError& error, const ShareReached& reached,
                                 const ArrayStore& store) {
  FootprintFit fit;
  const StoredSpan<const float> as_read(maps);
  {
    ScaledSoundings soundings(cells, grid, as_read, chosen);
    PosteriorSolver solver(soundings, error, store);
    fit.soundings = int64_t(soundings.size());
    fit.before = agreement(soundings.residual());
    constexpr double half = 0.5;  // of the time
    fit.error_left = share_left(
        soundings, solver, error, [&](double share) { reached(half * share); }, store);
    if (fit.soundings > 0) fit.typical_error_left = soundings.mean_under(fit.error_left);
    const Solution<double> solution = solver.solve(soundings.take_residual(), posterior_tolerance,
                                                   [&](double share) { reached(half + half * share); });
    fit.found = solution.found, fit.residual = solution.residual;
    fit.correction = add_errors(maps, soundings, solver, solution.x).root_mean_square();
  }
  fit.after = agreement(ScaledSoundings(cells, grid, as_read, chosen).residual());
  return fit;
}

}  // namespace unetsr::data
