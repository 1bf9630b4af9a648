#pragma once
#include <filesystem>
#include <string>

namespace unetsr::data {

// Of a file's bytes, in lower-case hexadecimal. Throws Error naming the file.
std::string sha256(const std::filesystem::path& file);

}  // namespace unetsr::data
