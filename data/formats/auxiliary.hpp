#pragma once
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/formats/raster_reader.hpp"

namespace unetsr::data {

inline constexpr const char* auxiliary_syntax = "NAME=FILE[:DATASET][:BAND][@RESAMPLING][?KEY=VALUE&...]";

// An auxiliary band, as written in auxiliary_syntax. With placeholders of window_pattern.hpp in FILE each window has a
// raster of its own. FILE and DATASET are those of open_raster, keys and values those of
// parse_stated_rules.
struct AuxiliaryBand {
  std::string name, file;  // file: with its data set
  int band = 0;            // 0: none is named
  Resampling resampling = Resampling::bilinear;
  StatedRules stated = {};
  VrtSources vrt_sources = VrtSources::own_folder;
};

bool has_file_of_each_window(const AuxiliaryBand&);
// The file of a window, with its data set.
std::string file_of(const AuxiliaryBand&, const std::string& window);

// Throws UsageError.
AuxiliaryBand parse_auxiliary(const std::string& text);
// FILE[:DATASET][:BAND][?KEY=VALUE&...] of a band without a name; `option` is for errors.
AuxiliaryBand parse_raster_band(const std::string& text, const std::string& option);

// The band as a layer of the dataset's grid and windows. Where no band is named, the file has one; or its bands have
// times, and each window gets the mean of those in its 16 days. Throws UsageError for classes by average, or by
// bilinear off the raster's own pixels; Error naming a file that cannot be read, that has several bands or data sets
// (which it lists), no time in a window (it lists the times), or no value on the dataset's grid.
struct AuxiliaryLayer {
  Layer layer;
  // For each raster that was read: the file, what its numbers mean, the share of cells that are missing by cause, the
  // least and the greatest value.
  std::vector<std::string> lines;
};
AuxiliaryLayer auxiliary_layer(const AuxiliaryBand&, const Dataset&);

// The rules for a band's numbers in words: "uint8 x 0.1, valid 0..100, fill 255".
std::string to_string(const ValueRules&, const RasterSource::Band&);

}  // namespace unetsr::data
