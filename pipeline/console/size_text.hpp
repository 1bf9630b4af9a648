#pragma once
#include <filesystem>
#include <string>

namespace unetsr::pipeline {

// 3 MB, 1.2 GB
std::string size_text(double bytes);

// "scene.h5 (43 MB)"; the name alone where the size is not known.
std::string file_with_size(const std::filesystem::path&);

}  // namespace unetsr::pipeline
