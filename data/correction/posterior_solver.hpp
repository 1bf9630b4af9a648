#pragma once
#include <optional>
#include <vector>

#include "data/correction/conjugate_gradients.hpp"
#include "data/correction/map_error.hpp"
#include "data/correction/node_products.hpp"
#include "data/correction/reduced_equations.hpp"
#include "data/correction/scaled_soundings.hpp"
#include "data/correction/sounding_equations.hpp"
#include "data/correction/tiles_and_long.hpp"

namespace unetsr::data {

// q of (1 + A C A') q = b (SoundingEquations), for soundings and an error of the map. Where soundings are many, each
// step of conjugate gradients is preconditioned by the equations at nodes every half of the shortest correlation
// length, eight cells at most (ReducedEquations), solved to a tenth, preconditioned by TilesAndLong: a few steps over
// the map, whatever the number of soundings and windows. Else, or where the length is less than four cells, steps are
// plain.
class PosteriorSolver {
 public:
  using Vector = ScaledSoundings::Vector;

  // The soundings have to outlive this. What is made of each sounding lies in the store.
  PosteriorSolver(const ScaledSoundings&, const MapError&, const ArrayStore& = {});

  // Until the residual is `tolerance` of b, or the best of a bounded number of steps. `reached` is given the share that
  // is done, and may throw to stop.
  Solution<double> solve(Vector b, double tolerance, const ShareReached& reached);
  // The same for the error's part `k` alone, roughly: of the equations at nodes to 3e-3 where there are such, which
  // then is within a few percent of what it leaves; else to a hundredth.
  Vector solve_part(size_t k, std::span<const double> b, const ShareReached& reached) const;

  SoundingEquations& equations() { return equations_; }

 private:
  const ScaledSoundings& soundings_;
  MapError error_;
  SoundingEquations equations_;
  std::optional<NodeProducts> products_;  // none: plain steps
  std::optional<ReducedEquations> reduced_;
  std::optional<TilesAndLong> tiles_;
  ArrayStore store_;
};

}  // namespace unetsr::data
