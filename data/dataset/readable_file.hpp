#pragma once
#include <filesystem>

namespace unetsr::data {

// Throws Error naming the file where it is not there, may not be read, or is a folder.
void require_readable(const std::filesystem::path& file);

}  // namespace unetsr::data
