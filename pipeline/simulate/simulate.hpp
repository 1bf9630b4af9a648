#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "kernels/enum_names.hpp"
#include "pipeline/console/progress.hpp"

// A simulated scene in the files of the real products: TROPOMI soundings of each day (OUT_DIR/troposif), the
// footprints of OCO-2 of each day on which it passes (OUT_DIR/oco2), a granule of MODIS of each tile and window
// (OUT_DIR/mod13a2), or of VIIRS of each composite of 16 days that begins every 8 days (OUT_DIR/vj113a2), the true SIF
// at 1 km of each window, the shares of land covers and the IGBP class of the largest (OUT_DIR/truth), what the world
// added to each orbit of TROPOMI (OUT_DIR/truth/displacements.csv, offsets.csv, where it adds any), and what it is
// (OUT_DIR/scene.json).
namespace unetsr::pipeline {

enum class SceneSensors { modis, viirs, both };

struct SimulateOptions {
  std::filesystem::path out_directory;
  std::string world = "ideal";  // see data::worlds()
  std::string region;           // empty: the world's; "globe": soundings alone, of the whole globe
  std::string bbox;             // W,S,E,N in degrees, instead of a region
  std::string start;            // YYYY-MM-DD: the first window holds it; empty: day 145 of 2019
  int windows = 2;              // of 16 days; 23 are a year
  SceneSensors sensors = SceneSensors::modis;
  std::optional<int> days;  // with soundings, of each window: all of them, of the globe one
  uint64_t seed = 1;
  bool small = false;
  int threads = 0;
  bool overwrite = false;
};

// With VIIRS the truth changes every 8 days: it is that of the 8 days in the middle of a composite, and is named by the
// first day of the composite and by the first of these 8. Memory is the same for any box, windows and days: the land
// and each window's truth are made block by block, and lie in a file without a name in OUT_DIR/truth meanwhile (57
// bytes a cell). The same options but threads write the same bytes. With `overwrite` the files of the scene that
// OUT_DIR/scene.json describes are removed first. Throws UsageError: an unknown world or region, a number out of range,
// a box over the date line, files in the way.
void simulate(const SimulateOptions&, const Output&);

}  // namespace unetsr::pipeline

template <>
struct unetsr::EnumNames<unetsr::pipeline::SceneSensors> {
  static constexpr const char* what = "sensor";
  static constexpr std::pair<unetsr::pipeline::SceneSensors, const char*> names[] = {
      {unetsr::pipeline::SceneSensors::modis, "modis"},
      {unetsr::pipeline::SceneSensors::viirs, "viirs"},
      {unetsr::pipeline::SceneSensors::both, "both"}};
};
