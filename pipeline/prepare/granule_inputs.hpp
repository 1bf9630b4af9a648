#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/formats/sounding_reader.hpp"
#include "pipeline/console/progress.hpp"

namespace unetsr::pipeline {

// What `prepare` reads: indices in the order of names, soundings in that of choose_sounding_files.
struct GranuleInputs {
  std::vector<std::filesystem::path> soundings, indices;
  data::SoundingSource source = {};  // how the soundings are read
  std::string soundings_product;     // as sounding_contents() names it; empty: not known yet
};

// Sorts files, and the *.nc, *.hdf and granules of VIIRS (*.h5) of folders and of all folders below them, but for
// hidden ones and links to folders; prints what each folder gave. A file that is given twice, as itself or by a link,
// counts once, which is printed. Throws Error for what does not exist or may not be read, UsageError for a file of
// another kind, and where soundings or indices are missing; with `adding`, to a dataset, either may be.
GranuleInputs granule_inputs(const std::vector<std::filesystem::path>& given, bool adding, const Output&);

}  // namespace unetsr::pipeline
