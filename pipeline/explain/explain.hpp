#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "data/formats/raster_writer.hpp"
#include "pipeline/console/compute.hpp"
#include "pipeline/console/progress.hpp"

// How a run's network uses its inputs, on the run's test cells: permutation importance and integrated gradients. Writes
// OUT_DIR/importance.csv, OUT_DIR/importance.json, OUT_DIR/attributions.tif (or .nc), one band a channel and window,
// and OUT_DIR/report.html. Reads the dataset window by window, in blocks (held_out_maps.hpp); what is made of all
// windows and soundings lies in scratch files in OUT_DIR where it does not fit into the memory.
namespace unetsr::pipeline {

struct ExplainOptions {
  std::filesystem::path dataset, run_directory, out_directory;
  std::string truth;  // granules: rasters of the true SIF, {window} stands for the window's label; empty: score against
                      // what the run itself is scored on
  std::string window;                                       // label; empty: all windows
  int draws = 5;                                            // permutations of each channel
  uint64_t seed = 1;                                        // of these
  int steps = 32;                                           // of the integral over gradients
  int block = 256;                                          // cells on the side of what is explained at once
  data::RasterFormat format = data::RasterFormat::geotiff;  // of the attributions
  std::optional<std::string> memory;  // of console/memory_size.hpp; none: half of what is available
  ComputeOptions compute;
  bool overwrite = false;
};

void explain(const ExplainOptions&, const Output&);

}  // namespace unetsr::pipeline
