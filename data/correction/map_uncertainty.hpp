#pragma once
#include <cmath>
#include <optional>
#include <span>

#include "data/footprints/sounding_cells.hpp"

// How far off a map is, as told by soundings that it was not made of.
namespace unetsr::data {

// The map's error is taken to have mean 0, the standard deviation sigma(SIF) at a cell, and between cells h apart the
// correlation exp(-h / length).
struct MapUncertainty {
  // sigma^2 = constant + linear x SIF + relative x SIF^2, where SIF is above 0
  double constant = 0, linear = 0, relative = 0;
  double length = 0;  // cells

  double variance(double sif) const;  // NaN of NaN
  double sigma(double sif) const { return std::sqrt(variance(sif)); }
};

// Of maps that soundings correct: what is left of the error of maps alone differs from cell to cell.
struct ConservedUncertainty {
  MapUncertainty alone, usual;  // of maps alone, and where soundings are as near as they usually are
  double usual_left = 0;        // the mean of FootprintFit::left there; 1: soundings correct nothing, all is usual

  // The logarithm of the variance lies on the straight line through both, and the variance is no less than half of what
  // is usual: much of what soundings leave is too fine for them, however near they are.
  double sigma(double sif, double left) const;
};

// A sounding (freed of what clouds hid) less the map's mean over its footprint.
struct SoundingResidual {
  size_t sounding = 0;
  int map = 0;  // which map it is of: residuals of different maps are not put together; a sounding may have several
  double residual = 0, predicted = 0;
};

// The variance of the error's mean over footprint i, in units of sigma^2.
double footprint_variance(const SoundingCells&, size_t i, double length);

// Noise of one sounding is not that of another. So the products of the residuals of two soundings nearby tell the
// covariance of the errors' means over footprints, without the noise; and by the correlation above, for a given length
// (cells), from footprints to cells, sigma (the deconvolution of geostatistics: Kyriakidis 2004, Goovaerts 2008).
// Errors that are not alike from one cell to the next leave no trace in footprints and are not told. Least squares
// with the terms that explain more than chance does; nothing where the soundings are too few, or their products no
// larger than chance makes them.
std::optional<MapUncertainty> fit_map_uncertainty(const SoundingCells&, std::span<const SoundingResidual>,
                                                  double length);

}  // namespace unetsr::data
