#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/mask.hpp"
#include "data/dataset/stored_array.hpp"
#include "data/features/features.hpp"
#include "data/features/scaling.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "pipeline/maps/network_output.hpp"
#include "pipeline/maps/predictor.hpp"

// From layers to SIF by a network that predicts its deviation from a first guess.
namespace unetsr::pipeline {

// The channels that the network reads for these features: behind them `valid` of each other window among them, and
// `valid` last.
std::vector<std::string> input_channels(const std::vector<std::string>& features);

// The first guess, to which a network's output is added: the values of a feature, times `unit`. Throws UsageError if it
// holds the target.
std::vector<float> first_guess_of(const data::Dataset&, const std::string& feature, double unit = 1);

// first guess + spread x deviation; NaN where an input is missing.
std::vector<float> sif_of(std::span<const float> guess, std::span<const uint8_t> present,
                          std::span<const double> deviation, double spread);

// The inputs of a map: the channels that a network reads, before scaling, and the first guess that its output is added
// to.
struct MapInputs {
  data::FeatureStack channels;     // (windows, rows, columns, channels); `valid` comes last
  std::vector<float> first_guess;  // (windows, rows, columns)
};

// A part of one window of a stack.
data::FeatureStack part_of(const data::FeatureStack&, int window, const data::Part&);

// A trained network with all that it needs to make a map.
struct Mapper {
  std::vector<std::string> features;
  data::Scaling scaling;     // of input_channels(features)
  double target_spread = 1;  // mW m-2 sr-1 nm-1
  Predictor predictor;
  ImageSizes sizes;
  std::string first_guess = data::coarse_layer;
  double first_guess_unit = 1;  // what a first guess of 1 is in mW m-2 sr-1 nm-1
  std::vector<double> levels;   // by which the SIF of each window is multiplied (levels.hpp); empty: 1
  int radius = 0;               // of the receptive field, in cells
  Device device = Device::cpu;  // that features are made on

  // Whether the coarse SIF is among the inputs of maps; else they depend on the bands alone.
  bool uses_coarse_sif() const;

  // Throws UsageError naming the feature that the dataset lacks, or that cannot be made of a part of it.
  void require_features(const data::DatasetFile&) const;

  // SIF of all windows (windows, rows, columns) of a dataset that holds the layers as the network reads them: of
  // tables, or one grid of a dataset of granules (data/dataset/scales.hpp).
  std::vector<float> map(const data::Dataset& dataset) const;

  // The same where `cells` of each window lie; NaN elsewhere.
  std::vector<float> map(const data::Dataset& dataset, const data::Part& cells) const;

  // The same in two steps: the inputs of maps, and the maps; or `cells` of one window (rows x columns).
  MapInputs inputs_of(const data::Dataset& dataset) const;
  std::vector<float> map(const MapInputs&, const data::Part& cells) const;
  std::vector<float> map(const MapInputs&, int window, const data::Part& cells) const;
  // Of a window whose inputs are given alone.
  std::vector<float> map_window(const MapInputs&, int window, const data::Part& cells) const;

  // The inputs of `cells` of one window of a file's, read as map() does.
  MapInputs inputs_of(const data::DatasetFile&, int window, const data::Part& cells,
                      const data::CoarseSif* coarse_sif = nullptr) const;

  // SIF of `cells` of one window (rows x columns), as of the whole image, whatever the size of that. Reads the cells
  // with a margin: the radius of the receptive field, and the cells around a cell that its features need.
  // `coarse_sif`: of all windows, instead of the file's.
  std::vector<float> map(const data::DatasetFile&, int window, const data::Part& cells,
                         const data::CoarseSif* coarse_sif = nullptr) const;

  // SIF of all windows of a file's fine cells (windows, rows, columns), made block by block: of several
  // processes each makes some, and has all. `reached` is given the share that is done, and may throw to stop.
  std::vector<float> map(
      const data::DatasetFile&, const std::function<void(double share)>& reached = [](double) {}) const;
  // The same into `maps` of that size; what lies in a file is released window by window.
  void map_into(data::StoredSpan<float> maps, const data::DatasetFile&,
                const std::function<void(double share)>& reached) const;

 private:
  std::vector<float> map_part(const MapInputs&, int image, const data::Part& cells, int window) const;
  std::vector<float> at_level(std::vector<float> sif, int window) const;
};

// A window in the blocks that it is mapped by: of map_block_side, or one where a feature needs the whole window.
std::vector<data::Part> blocks_to_map(const Mapper&, const data::Grid&);

}  // namespace unetsr::pipeline
