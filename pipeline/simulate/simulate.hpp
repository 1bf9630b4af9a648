#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/console/progress.hpp"

// A simulated scene in the files of the real products: TROPOMI soundings of each day (OUT_DIR/troposif), the
// footprints of OCO-2 of each day on which it passes (OUT_DIR/oco2), a MODIS granule of each tile and window
// (OUT_DIR/mod13a2), the true SIF at 1 km of each window, the shares of land covers and the IGBP class of the largest
// (OUT_DIR/truth), what the world added to each orbit of TROPOMI (OUT_DIR/truth/displacements.csv, offsets.csv, where
// it adds any), and what it is (OUT_DIR/scene.json).
namespace unetsr::pipeline {

struct SimulateOptions {
  std::filesystem::path out_directory;
  std::string world = "ideal";  // see data::worlds()
  std::string region;           // empty: the world's; "globe": soundings alone, of the whole globe
  std::string bbox;             // W,S,E,N in degrees, instead of a region
  std::string start;            // YYYY-MM-DD: the first window holds it; empty: day 145 of 2019
  int windows = 2;              // of 16 days; 23 are a year
  std::optional<int> days;      // with soundings, of each window: all of them, of the globe one
  uint64_t seed = 1;
  bool small = false;
  int threads = 0;
  bool overwrite = false;
};

// Memory is the same for any box, windows and days: the land and each window's truth are made block by block, and lie
// in a file without a name in OUT_DIR/truth meanwhile (57 bytes a cell). The same options but threads write the same
// bytes. With `overwrite` the files of the scene that OUT_DIR/scene.json describes are removed first. Throws
// UsageError: an unknown world or region, a number out of range, a box over the date line, files in the way.
void simulate(const SimulateOptions&, const Output&);

}  // namespace unetsr::pipeline
