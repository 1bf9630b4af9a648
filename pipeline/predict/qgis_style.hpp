#pragma once
#include <string>

#include "pipeline/predict/band_statistics.hpp"

namespace unetsr::pipeline {

// A layer style of QGIS (.qml): the first band in the colours of `plot`, from the 2 % to the 98 % quantile of all
// windows; missing cells transparent. Without it QGIS draws the first three bands as red, green and blue.
// Values in `units`.
std::string qgis_style(const BandStatistics&, const std::string& units);

}  // namespace unetsr::pipeline
