#pragma once
#include <filesystem>

#include "data/formats/oco_footprints.hpp"

namespace unetsr::pipeline {

// Pixels of FLEX L2 (data/formats/flex_l2_reader.hpp) in the form of footprints of OCO: quality 2 where the product
// rejects one, else 0; cloud 1 under a cloud or its shadow, 2 where that is not known. Mode, land cover and the SIF of
// a day are missing.
data::OcoFootprints flex_footprints(const std::filesystem::path& file);
data::OcoFootprints as_footprints(data::Soundings);

}  // namespace unetsr::pipeline
