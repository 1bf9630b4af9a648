#pragma once
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "data/formats/auxiliary.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/validate/own_map.hpp"
#include "pipeline/validate/validation_soundings.hpp"

// Means of maps over the footprints of OCO.
namespace unetsr::pipeline {

// Entry i is of footprint i; NaN where the map has no value there (see data::RasterFootprints).
struct MapOnFootprints {
  std::string name;
  bool baseline = false;         // or a map of others
  std::vector<float> mean;       // mW m-2 sr-1 nm-1
  std::vector<float> deviation;  // standard deviation of the mean's error; empty where the map has none
};

// The standard deviation of a mean is the mean of those of its cells: errors of neighbouring cells are correlated over
// more than the 3 km of a footprint. `windows`: the labels that the footprints' indices are of.
MapOnFootprints validated(const OwnMap&, const ValidationSoundings&, const std::vector<std::string>& windows);
// Prints what is read. Throws Error where no footprint has a value.
MapOnFootprints validated(const data::AuxiliaryBand& map, const ValidationSoundings&,
                          const std::vector<std::string>& windows, int window_days, const Output&);
// A layer of the dataset, (windows, rows, columns).
std::vector<float> layer_means(std::span<const float> layer, const data::Dataset&, const ValidationSoundings&,
                               const std::vector<std::string>& windows);
// The dataset's coarse SIF, and the baselines named (pipeline/evaluate/map_baselines.hpp; empty: all), each as it is
// and corrected by the dataset's soundings. Fitted ones are fitted to the whole dataset: OCO's footprints are no part
// of it. `folder`: for scratch files.
std::vector<MapOnFootprints> validated_baselines(const data::Dataset&, const std::vector<std::string>& names,
                                                 const SoundingsAsMeasured&, const ValidationSoundings&,
                                                 const std::vector<std::string>& windows,
                                                 const std::filesystem::path& folder, Steps&);

}  // namespace unetsr::pipeline
