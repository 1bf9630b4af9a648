#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/formats/auxiliary.hpp"

namespace unetsr::pipeline {

// The bands of --aux. Throws UsageError for what cannot be understood, or a name that is a computed feature's.
std::vector<data::AuxiliaryBand> auxiliary_bands(const std::vector<std::string>& texts, bool allow_vrt);

// The files behind the bands, of all windows, each once: what comes before a data set's name. Throws Error naming the
// option and the first file that is not there. What GDAL opens by other names than files' is not looked for.
std::vector<std::filesystem::path> auxiliary_files(const std::vector<data::AuxiliaryBand>&,
                                                   const std::vector<std::string>& windows);

}  // namespace unetsr::pipeline
