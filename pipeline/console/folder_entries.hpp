#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace unetsr::pipeline {

// The entries of a folder (empty: the current one) whose names begin and end so; none of one that cannot be listed.
std::vector<std::filesystem::path> entries_like(const std::filesystem::path& folder, const std::string& begin,
                                                const std::string& end = "");

}  // namespace unetsr::pipeline
