#include "pipeline/console/size_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace unetsr::pipeline {

std::string size_text(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.0f} MB", std::max(1.0, bytes / 1e6)) : fmt::format("{:.1f} GB", bytes / 1e9);
}

std::string file_with_size(const std::filesystem::path& file) {
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(file, unknown);
  return unknown ? file.string() : file.string() + " (" + size_text(double(bytes)) + ")";
}

}  // namespace unetsr::pipeline
