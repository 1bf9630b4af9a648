#pragma once
#include <span>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"
#include "data/features/features.hpp"

// Common to the baselines that fit a regression: it explains the coarse SIF by coarse bands (NDVI, EVI, red, NIR, and
// NIRv as the last), window by window, and is applied to the fine bands.
namespace unetsr::data {

struct RegressionTask {
  // granules: the coarse layers of all windows. training: coarse cells to fit on.
  RegressionTask(const Dataset& granules, const Mask& training);

  // The bands of one window.
  View<const float> coarse_window(int window) const;
  // The coarse cells, of all windows, to which a window's regression is fitted: its own or, where it has fewer than 50,
  // all.
  Mask cells_of(int window) const;

  FeatureStack coarse;
  std::vector<float> sif;  // of the coarse cells
  Mask usable;             // coarse cells of `training` where SIF and bands are present
};

// The same bands of the fine cells of one window.
FeatureStack fine_bands(const Dataset& granules);

// SIF that a window's bands explain: on its coarse cells and on its fine ones.
struct Explained {
  std::vector<float> coarse, fine;
};

// Explains a window by least squares (data/regression/linear_regression.hpp).
Explained explain_linearly(const RegressionTask&, int window, View<const float> fine_bands);

// What is left of the window's coarse SIF.
std::vector<float> residual_of(const RegressionTask&, int window, const Explained&);

// The explained fine SIF plus a correction of its cells.
std::vector<float> with_correction(Explained, std::span<const float> correction);
// The residual interpolated bilinearly is the correction.
std::vector<float> with_residual(const RegressionTask&, int window, Explained, const Dataset& granules);

}  // namespace unetsr::data
