#pragma once
#include <filesystem>
#include <string>

namespace unetsr::pipeline {

// 3 MB, 1.2 GB
std::string size_text(double bytes);

// "scene.h5 (43 MB)"; the name alone where the size is not known.
std::string file_with_size(const std::filesystem::path&);

// The bytes that the text of an option --NAME states: 500MB, 2GB, 1.5GB. Throws UsageError.
double bytes_of_option(const std::string& name, const std::string& text);

}  // namespace unetsr::pipeline
