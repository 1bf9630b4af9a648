#pragma once
#include <filesystem>
#include <string>

#include "data/footprints/footprint_estimate.hpp"

// The estimate of footprints that a run learnt with (data/footprints/estimate_footprints.hpp) as a file of its
// directory.
namespace unetsr::pipeline {

void write_footprints(const std::filesystem::path& file, const data::FootprintEstimate&);
// As delivered where there is no such file. Throws Error naming a file that is not one.
data::FootprintEstimate read_footprints(const std::filesystem::path& file);

std::string footprints_in_words(const data::FootprintEstimate&);

}  // namespace unetsr::pipeline
