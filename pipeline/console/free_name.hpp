#pragma once
#include <filesystem>

namespace unetsr::pipeline {

// The path, or the first of "NAME-2.EXT", "NAME-3.EXT", ... beside it at which nothing stands.
std::filesystem::path free_name(const std::filesystem::path&);

}  // namespace unetsr::pipeline
