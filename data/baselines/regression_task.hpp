#pragma once
#include <functional>
#include <span>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"
#include "data/features/features.hpp"

// Common to the baselines that fit a regression: it explains the coarse SIF by coarse bands (NDVI, EVI, red, NIR, and
// NIRv as the last), window by window, and is applied to the fine bands.
namespace unetsr::data {

struct RegressionTask {
  // training: coarse cells to fit on.
  RegressionTask(const Dataset& granules, const Mask& training);

  size_t windows() const { return size_t(fine.windows); }
  // The bands of one window.
  View<const float> coarse_window(size_t window) const { return part(coarse, window); }
  View<const float> fine_window(size_t window) const { return part(fine, window); }
  // The coarse cells, of all windows, to which a window's regression is fitted: its own or, where it has fewer than 50,
  // all.
  Mask cells_of(size_t window) const;

  FeatureStack coarse, fine;
  std::vector<float> sif;  // of the coarse cells
  Mask usable;             // coarse cells of `training` where SIF and bands are present

 private:
  static View<const float> part(const FeatureStack& stack, size_t window);
};

// SIF that a window's bands explain: on its coarse cells and on its fine ones.
struct Explained {
  std::vector<float> coarse, fine;
};

// Fine SIF explained window by window, and the residual on the coarse grid.
struct Regressed {
  std::vector<float> fine, residual;
};
Regressed regress(const RegressionTask&, const std::function<Explained(size_t window)>& explain);

// Explains a window by least squares (data/regression/linear_regression.hpp).
Explained explain_linearly(const RegressionTask&, size_t window);

// The fine SIF plus a correction of its cells.
std::vector<float> with_residual(Regressed, std::span<const float> correction);
// The residual interpolated bilinearly is the correction.
std::vector<float> with_residual(Regressed, const Dataset& granules);

}  // namespace unetsr::data
