#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "data/correction/map_uncertainty.hpp"

// The standard deviation of a run's maps (pipeline/train/footprint_uncertainty.hpp) as a file of its directory.
namespace unetsr::pipeline {

void write_uncertainty(const std::filesystem::path& file, const data::ConservedUncertainty&);
// Nothing where there is no such file. Throws Error naming a file that is not one.
std::optional<data::ConservedUncertainty> read_uncertainty(const std::filesystem::path& file);

// The standard deviation of each cell of a map. `left`: as Conserver::Outcome::error_left; empty: nothing is corrected.
std::vector<float> deviations(const data::ConservedUncertainty&, std::span<const float> sif,
                              std::span<const float> left);

}  // namespace unetsr::pipeline
