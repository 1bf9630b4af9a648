#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/formats/mod13a2_reader.hpp"

namespace unetsr::data {

// The index granules of one dataset, window by window.
struct GranuleSet {
  std::string product, version;
  std::vector<Window> windows;                            // by date
  std::vector<std::vector<std::filesystem::path>> files;  // of each window, by tile
};

// Throws Error naming two files that do not belong together: other products, other versions, a tile twice in a window.
GranuleSet group_granules(const std::vector<std::filesystem::path>& files);

}  // namespace unetsr::data
