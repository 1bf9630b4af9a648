#pragma once
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/formats/raster_reader.hpp"

namespace unetsr::data {

// An auxiliary band: NAME=FILE[:BAND][@RESAMPLING]. `{window}` in FILE stands for the window's first day, so that each
// window may have a raster of its own.
struct AuxiliaryBand {
  std::string name, file;
  int band = 1;
  Resampling resampling = Resampling::bilinear;
};

// Throws UsageError.
AuxiliaryBand parse_auxiliary(const std::string& text);

// The band as a layer of the dataset's grid and windows. Throws Error naming a file that cannot be read, or that holds
// nothing here.
Layer auxiliary_layer(const AuxiliaryBand&, const Dataset&);

}  // namespace unetsr::data
