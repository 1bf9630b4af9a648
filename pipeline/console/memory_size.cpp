#include "pipeline/console/memory_size.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::pipeline {

double memory_size(const std::string& option, const std::string& text) {
  constexpr std::array<std::pair<const char*, double>, 9> units = {
      {{"", 1}, {"B", 1}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"M", 1e6}, {"GB", 1e9}, {"G", 1e9}, {"TB", 1e12}}};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(end, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' '));
  for (const auto& [name, bytes] : units)
    if (error == std::errc() && unit == name && number * bytes >= 1e6 && number * bytes < 1e18) return number * bytes;
  throw UsageError("--" + option + " " + excerpt(text) + ": give a size of 1 MB or more, as 800MB or 2GB");
}

}  // namespace unetsr::pipeline
