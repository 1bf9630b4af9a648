#include "pipeline/console/free_name.hpp"

#include <string>

namespace unetsr::pipeline {

namespace fs = std::filesystem;

fs::path free_name(const fs::path& path) {
  std::error_code unknown;
  fs::path free = path;
  for (int number = 2; fs::exists(fs::symlink_status(free, unknown)); ++number)
    free = path.parent_path() / (path.stem().string() + "-" + std::to_string(number) + path.extension().string());
  return free;
}

}  // namespace unetsr::pipeline
