#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/sif_quantity.hpp"
#include "data/footprints/gridding.hpp"
#include "data/formats/granule_set.hpp"
#include "pipeline/console/progress.hpp"

// Makes a Dataset of granules: TROPOMI soundings (NetCDF) and vegetation indices of MODIS (HDF4) or VIIRS (HDF5) of one
// region, in the windows of the indices, on a fine grid and on a coarse one. Prints what every screen removed. Files
// are read once; what does not fit into memory lies in scratch files beside the dataset, which is made block by block.
// The result does not depend on the memory, nor on the number of threads.
//
// With `append`, the windows and soundings of that dataset are taken from it instead of its files, and the result, but
// for its provenance, is that of all files at once: windows that are new are added, and soundings of days in its
// windows to these, whose SIF is gridded anew. With a region the denoised bands beside its edge differ, as the dataset
// holds no pixels beyond.
namespace unetsr::pipeline {

struct GranuleOptions {
  std::vector<std::filesystem::path>
      inputs;  // files, and folders whose *.nc, *.hdf and *.h5 of VIIRS are taken, those below too
  std::filesystem::path out;
  std::string bbox;                  // W,S,E,N in degrees; empty: all that the index granules cover
  std::filesystem::path region;      // vector file: cells outside its polygons are missing
  std::string crs;                   // empty: that of the index granules
  std::optional<double> resolution;  // in its units; none: that of the index granules
  int coarse_factor = 4;             // fine cells on a coarse cell's side
  data::GriddingMethod gridding = data::GriddingMethod::area;
  data::SifKind sif = data::SifKind::instantaneous;
  int fit_window = 743;                    // of TROPOSIF: from 743 or from 735 nm on
  std::filesystem::path soundings_format;  // of soundings_format.hpp; empty: known formats alone
  double max_cloud_fraction = 0.5, max_vza = 60, max_sza = 70, max_sif_error = 2;
  std::vector<std::string> reliability;  // ranks of pixels that are used; empty: the sensor's; any: all, unscreened
  int max_usefulness = 15;               // of VI Quality
  std::optional<data::WindowChoice> windows;  // none: as data::GroupingOptions has it
  bool mix_sensors = false;                   // granules of several products: see sensor_scaling.hpp
  std::vector<std::string> aux;               // each in the form of data::auxiliary_syntax
  bool allow_vrt = false;                     // their VRTs may have sources outside their own folders
  std::filesystem::path append;               // a dataset to which windows or days are added; empty: none
  std::string start, end;  // days, YYYY-MM-DD: no sounding before or after them, no window without a day of them
  std::string memory;      // of console/memory_size.hpp; empty: half of what is available
  int threads = 0;
  bool overwrite = false;
  bool dry_run = false;  // print what would be done: see prepare_plan.hpp
};

void prepare_granules(const GranuleOptions&, const Output&);

}  // namespace unetsr::pipeline
