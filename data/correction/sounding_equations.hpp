#pragma once
#include <optional>
#include <span>
#include <vector>

#include "data/correction/map_error.hpp"
#include "data/correction/scaled_soundings.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "kernels/function_ref.hpp"

namespace unetsr::data {

// 1 + A C A' of all windows' soundings: A as ScaledSoundings has it, C the covariance of MapError. Holds images of one
// window, whatever their number: what is lasting acts on the sum of all windows, so that it comes first, and then each
// window's own. Where all windows have no more than `most_held` cells their images are held, which saves a pass. The
// result is the same at any number of threads.
class SoundingEquations {
 public:
  using Vector = ScaledSoundings::Vector;

  static constexpr size_t held_cells = 1 << 24;  // 128 MB

  // The soundings have to outlive this.
  SoundingEquations(const ScaledSoundings&, const MapError&, size_t most_held = held_cells);

  // y = (1 + A C A') q
  void times(std::span<const double> q, std::span<double> y);
  // take(window, z) for the windows in their order, z = C A' q of each cell (and the padding of ScaledSoundings).
  void errors(std::span<const double> q, FunctionRef<void(int window, const Vector& z)> take);

 private:
  using Correlation = SpatialCorrelation<double>;
  enum class Scale { none, by_map };
  void each_window(std::span<const double> q, Scale, FunctionRef<void(int window, Vector& image)> take);
  void each_apart(std::span<const double> q, Scale, FunctionRef<void(int window, Vector& image)> take);
  void each_held(std::span<const double> q, Scale, FunctionRef<void(int window, Vector& image)> take);
  void finish(int window, const std::vector<double>& weights, const Vector* before, Scale, Vector& image);

  const ScaledSoundings& soundings_;
  std::vector<double> passing_, lasting_, both_;  // variances
  bool lasts_ = false;                            // and there are several windows
  Correlation correlation_;
  Vector image_, common_;
  std::vector<Vector> held_;  // of all windows, or none
};

}  // namespace unetsr::data
