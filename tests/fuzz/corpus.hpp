#pragma once
#include <filesystem>

namespace unetsr::fuzz {

// Writes FOLDER/TARGET/NAME for each target: inputs that it reads, by this project's own writers, so that no data files
// are kept.
void make_corpus(const std::filesystem::path& folder);

}  // namespace unetsr::fuzz
