#pragma once
#include <filesystem>
#include <vector>

namespace unetsr::pipeline {

// What `prepare` reads, in the order of names.
struct GranuleInputs {
  std::vector<std::filesystem::path> soundings, indices;
};

// Sorts files, and the *.nc and *.hdf of folders. Throws Error for what does not exist, UsageError for a file of
// another kind, and where soundings or indices are missing.
GranuleInputs granule_inputs(const std::vector<std::filesystem::path>& given);

}  // namespace unetsr::pipeline
