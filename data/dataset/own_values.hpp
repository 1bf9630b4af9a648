#pragma once
#include <filesystem>

namespace unetsr::data {

// Throws Error where the file is HDF5, by its first bytes, and leads to others: by an external link, external storage
// or a virtual data set. All else passes, also HDF5 that cannot be opened: its reader reports why.
void require_own_values(const std::filesystem::path& file);

}  // namespace unetsr::data
