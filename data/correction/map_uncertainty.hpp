#pragma once
#include <cmath>
#include <optional>
#include <span>

#include "data/dataset/stored_array.hpp"
#include "data/footprints/sounding_cells.hpp"

// The standard deviation of a map's error, estimated from soundings that were not used to make the map.
namespace unetsr::data {

// The map's error is assumed to have mean 0, the standard deviation sigma(SIF) at a cell, and the correlation exp(-h /
// length) between cells h apart.
struct MapUncertainty {
  // sigma^2 = constant + linear x SIF + relative x SIF^2, where SIF is above 0
  double constant = 0, linear = 0, relative = 0;
  double length = 0;  // cells

  double variance(double sif) const;  // NaN of NaN
  double sigma(double sif) const { return std::sqrt(variance(sif)); }
};

// The standard deviation of corrected maps: the share of the uncorrected maps' error that is left differs from cell to
// cell.
struct ConservedUncertainty {
  MapUncertainty uncorrected;
  MapUncertainty corrected;       // where soundings are as near as is typical
  double typical_error_left = 0;  // the mean of FootprintFit::error_left there; 1: soundings correct nothing

  // The logarithm of the variance is interpolated linearly in `error_left` between the two, and extrapolated down to
  // half of the typical variance: much of the remaining error is too fine for soundings, however near they are.
  double sigma(double sif, double error_left) const;
};

// A sounding (corrected for clouds) minus the map's mean over its footprint.
struct SoundingResidual {
  size_t sounding = 0;
  int map = 0;  // residuals of different maps are not paired; a sounding may have several
  double residual = 0, predicted = 0;
};

// The variance of the error's mean over footprint i, in units of sigma^2.
double footprint_variance(const SoundingCells&, size_t i, double length);

// Soundings have independent noise. So the mean product of the residuals of two neighbouring soundings is the
// covariance of the error's means over their footprints, without the noise. For a given length (cells), the correlation
// above leads from footprints to cells: to sigma (the deconvolution of geostatistics: Kyriakidis 2004, Goovaerts 2008).
// Errors that are uncorrelated between neighbouring cells average out in footprints and are not estimated. The fit is
// least squares with the terms that explain more than chance does; nothing where the soundings are too few, or their
// products no larger than by chance.
// Residuals are read map by map, and released.
std::optional<MapUncertainty> fit_map_uncertainty(const SoundingCells&, StoredSpan<const SoundingResidual>,
                                                  double length);

// The same from the residuals of several areas, of which no two are paired.
struct ResidualsOfArea {
  const SoundingCells& soundings;
  StoredSpan<const SoundingResidual> residuals;
};
std::optional<MapUncertainty> fit_map_uncertainty(std::span<const ResidualsOfArea>, double length);

}  // namespace unetsr::data
