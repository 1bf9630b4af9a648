#include "pipeline/console/size_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::pipeline {

std::string size_text(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.0f} MB", std::max(1.0, bytes / 1e6)) : fmt::format("{:.1f} GB", bytes / 1e9);
}

std::string file_with_size(const std::filesystem::path& file) {
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(file, unknown);
  return unknown ? file.string() : file.string() + " (" + size_text(double(bytes)) + ")";
}

double bytes_of_option(const std::string& name, const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, number);
  const std::string behind(unit, end);
  const double bytes = behind == "GB" ? 1e9 : behind == "MB" ? 1e6 : 0;
  if (error != std::errc() || !(number > 0 && number < 1e9) || bytes == 0)
    throw UsageError("--" + name + " " + excerpt(text) + ": take a number of MB or GB, as in 500MB or 2GB");
  return number * bytes;
}

}  // namespace unetsr::pipeline
