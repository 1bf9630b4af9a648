#include "pipeline/console/shell_text.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace unetsr::pipeline {

std::string shell_text(const std::string& argument) {
  constexpr std::string_view plain = "_./:,=@%+-";
  const auto harmless = [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || plain.find(c) != std::string_view::npos;
  };
  if (!argument.empty() && std::all_of(argument.begin(), argument.end(), harmless)) return argument;
  std::string quoted = "'";
  for (const char c : argument) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace unetsr::pipeline
