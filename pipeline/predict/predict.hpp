#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/formats/raster_writer.hpp"
#include "pipeline/console/compute.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/train/window_choice.hpp"

// Makes maps of SIF with a run of `train` (honest protocol), or with a shipped model: one band a window on the
// dataset's grid, NaN where an input is missing. Goes block by block, in memory that does not grow with the grid; the
// maps do not depend on the blocks. Several processes make the blocks in turn, and the first one writes. A conservation
// by footprints takes all windows together; what does not fit into the memory lies in scratch files beside the map
// (predict_memory.hpp), as filling does, which adds a band of flags to each window (map_filling.hpp).
namespace unetsr::pipeline {

struct PredictOptions {
  std::filesystem::path dataset, run_directory, out;
  std::string model;  // a shipped model, instead of a run
  WindowChoice windows;
  std::optional<data::RasterFormat> format;   // by the extension
  std::vector<std::string> creation_options;  // KEY=VALUE, as of GDAL's driver
  std::optional<Conservation> conserve;       // footprints where the run learnt from them and the dataset has soundings
  bool fill = false;                          // gaps, from other windows and cells
  int block = 512;                            // cells on a side
  std::string memory;                         // of console/memory_size.hpp; empty: half of what is available
  ComputeOptions compute;
  bool map_only = false;  // without the files beside the map (pipeline/predict/map_companions.hpp)
  bool overwrite = false;
};

void predict(const PredictOptions&, const Output&);

// The grid in blocks, as `predict` maps them one by one: from north to south, as rasters are written.
std::vector<data::Part> blocks_from_north(const data::Grid&, int side);

}  // namespace unetsr::pipeline
