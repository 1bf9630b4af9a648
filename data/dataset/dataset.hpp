#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/grid.hpp"
#include "data/dataset/mask.hpp"
#include "data/dataset/sif_quantity.hpp"
#include "data/dataset/soundings.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// One quantity on the grid: (windows, rows, columns), NaN where missing.
struct Layer {
  std::string name, units, long_name;
  std::vector<float> values;
};

// Where a dataset came from. The caller gives command and time; equal inputs then give equal files.
struct Provenance {
  struct InputFile {
    std::string path, sha256;
    uint64_t bytes = 0;
    bool operator==(const InputFile&) const = default;
  };
  std::vector<InputFile> inputs;
  std::string command, version, created;  // created: ISO 8601, UTC
  bool simulated = false;                 // an input is a file of a simulated scene, and no measurement
  std::string world;                      // of the scene, where its files name it
  std::string settings;                   // of granules: screens and the like, which all windows share
  std::string soundings;                  // the product that they are of; empty: no soundings, or not known
  bool operator==(const Provenance&) const = default;
};

// "a simulated scene of the world savanna"; without the world where it has no name.
std::string simulated_scene(const std::string& world);

// Everything on one grid, window by window (a window is a period, of 16 days where nothing else is stated, named by its
// label; that of granules is its first day, YYYY-MM-DD). SIF in mW m-2 sr-1 nm-1, indices and reflectances without
// units, angles in degrees.
//
// Layers of the paper's tables:
//   sif_fine, sif735_fine   SIF of the fit windows from 743 and from 735 nm on, both at 740 nm, of the 3.5 x 7 km
//                           cells; sif_fine is the target
//   sif, sif735             the same aggregated over 7 x 14 km around each cell centre
//   ndvi evi nir red blue mir sza vza raa reliability composite_day
//                           MOD13A2 averaged over the 3.5 x 7 km cell; reliability rank 0..3, composite day of the year
//   ndvi_coarse ...         the same averaged over 7 x 14 km
//
// Layers of granules, on the fine grid:
//   ndvi ... composite_day  MOD13A2 itself; vi_quality its bit field. Of VIIRS evi2, green, swir1, swir2 and swir3 too,
//                           no mir, and viirs_reliability, whose ranks are others, in place of reliability
//   red_denoised ... mir_denoised (of VIIRS swir3_denoised)
//                           reflectances without the noise of single pixels (data/features/denoising.hpp)
//   sif_fine, sif_fine_error, sif_fine_count
//                           soundings gridded on the fine cells: mean, its 1 sigma, number of soundings
//   any auxiliary band by its name
// and on a second grid, each cell coarse_factor x coarse_factor fine ones:
//   sif, sif_error, sif_count
//                           the same of the coarse cells
//   ndvi evi nir red blue mir
//                           indices averaged over the same footprints with the same weights as sif
struct Dataset {
  Grid grid;
  std::vector<std::string> windows;
  int window_days = Window::composite_days;  // of each window
  std::vector<Layer> layers;
  Mask region;                       // (rows, columns): the cells that were asked for; empty: all
  int coarse_factor = 0;             // 0: no coarse grid
  std::vector<Layer> coarse_layers;  // (windows, rows, columns) of coarsened(grid, coarse_factor)
  Soundings soundings;               // that passed the screens, of all windows
  SifQuantity sif;                   // what its SIF is
  Provenance provenance;
  std::string identity;  // identity_of() what was read from a file; empty: made in memory

  // (windows, rows, columns, 1)
  Shape shape() const { return {int(windows.size()), grid.rows, grid.columns, 1}; }
  bool has(const std::string& name) const;
  // Throws UsageError listing the layers that there are.
  const Layer& layer(const std::string& name) const;
  std::span<const float> values(const std::string& name) const { return layer(name).values; }
  View<const float> view(const std::string& name) const { return {layer(name).values.data(), shape()}; }
  // Throws ShapeError unless it holds windows x rows x columns values, UsageError if the name is taken.
  void add(Layer layer);
  std::vector<std::string> layer_names() const;

  // Those of the coarse cells: the grid, and (windows, rows, columns, 1). Throw UsageError where there is no coarse
  // grid.
  Grid coarse_grid() const;
  Shape coarse_shape() const;
  // The coarse cells with a fine cell of the region; empty as `region` is.
  Mask coarse_region() const;
  // The coarse layers as a dataset of their own, without soundings. Throws UsageError where there is no coarse grid.
  Dataset coarse() const;

  // The cells where all the named layers are present.
  Mask present(std::span<const std::string> names) const;
};

inline const std::string target_layer = "sif_fine", coarse_layer = "sif", coarse_error_layer = "sif_error";

Provenance::InputFile input_file(const std::filesystem::path& path);

}  // namespace unetsr::data
