#include "data/correction/posterior_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;

constexpr size_t few_soundings = 3000;                 // for which plain steps are as quick
constexpr int least_spacing = 2, largest_spacing = 8;  // of nodes, in cells
constexpr int most_steps = 60, most_plain_steps = 1000;
constexpr SolverBounds inner{0.1, 400}, rough_reduced{3e-3, 400}, rough{1e-2, most_plain_steps};

// Of the nodes; 0: none.
int spacing_of(const MapError& error) {
  double shortest = std::numeric_limits<double>::infinity();
  for (const MapError::Part& part : error.parts)
    if (part.passing + part.lasting > 0) shortest = std::min(shortest, part.length);
  return std::isfinite(shortest) ? int(std::min(shortest / 2, double(largest_spacing))) : 0;
}

// The residual falls by about the same factor in each step.
double share_done(double residual, double tolerance) {
  return residual > 0 ? std::clamp(std::log(residual) / std::log(tolerance), 0.0, 1.0) : 1;
}

constexpr auto as_it_is = [](auto r, auto y) { std::copy(r.begin(), r.end(), y.begin()); };

}  // namespace

PosteriorSolver::PosteriorSolver(const ScaledSoundings& soundings, const MapError& error, const ArrayStore& store)
    : soundings_(soundings), error_(error), equations_(soundings, error), store_(store) {
  const int spacing = spacing_of(error);
  if (soundings.size() < few_soundings || spacing < least_spacing) return;
  products_.emplace(soundings, spacing, store);
  reduced_.emplace(*products_, error);
  tiles_.emplace(soundings, *products_, error, store);
}

Solution<double> PosteriorSolver::solve(Vector b, double tolerance, const ShareReached& reached) {
  double done = 0, shown = 0;
  const auto show = [&](double share) { reached(shown = std::clamp(share, shown, 1.0)); };
  const auto on_step = [&](double residual) { show(done = share_done(residual, tolerance)); };
  const auto times = [&](std::span<const double> x, std::span<double> y) { equations_.times(x, y); };
  if (!products_)
    return conjugate_gradients<double>(times, as_it_is, std::move(b), {tolerance, most_plain_steps}, on_step);
  const double inner_share = std::log(inner.tolerance) / std::log(tolerance);
  const auto precondition = [&](std::span<const double> r, std::span<double> y) {
    std::vector<float> rough_r(r.begin(), r.end());
    const Solution<float> found = conjugate_gradients<float>(
        [&](std::span<const float> x, std::span<float> image) { reduced_->times(x, image); },
        [&](std::span<const float> x, std::span<float> image) { tiles_->apply(x, image); }, std::move(rough_r), inner,
        [&](double residual) { show(done + inner_share * share_done(residual, inner.tolerance)); });
    std::copy(found.x.begin(), found.x.end(), y.begin());
  };
  return conjugate_gradients<double>(times, precondition, std::move(b), {tolerance, most_steps}, on_step, store_);
}

Vector PosteriorSolver::solve_part(size_t k, std::span<const double> b, const ShareReached& reached) const {
  const MapError part{{error_.parts[k]}};
  const auto on_step = [&](double residual) { reached(share_done(residual, rough.tolerance)); };
  if (!products_) {
    SoundingEquations equations(soundings_, part);
    return conjugate_gradients<double>([&](std::span<const double> x, std::span<double> y) { equations.times(x, y); },
                                       as_it_is, Vector(b.begin(), b.end()), rough, on_step)
        .x;
  }
  ReducedEquations equations(*products_, part);
  std::vector<float> rough_b(b.begin(), b.end());
  const Solution<float> found =
      conjugate_gradients<float>([&](std::span<const float> x, std::span<float> y) { equations.times(x, y); }, as_it_is,
                                 std::move(rough_b), rough_reduced, on_step);
  return Vector(found.x.begin(), found.x.end());
}

}  // namespace unetsr::data
