#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/train/train_options.hpp"

namespace unetsr::pipeline {

// Throws UsageError for a feature that the dataset's file cannot give, with all that it can, in groups; of the honest
// protocol without those that are made from the target.
void require_known_features(const std::vector<std::string>& features, const std::filesystem::path& dataset, Protocol);

}  // namespace unetsr::pipeline
