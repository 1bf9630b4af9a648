#include "pipeline/console/number_pattern.hpp"

#include <charconv>

namespace unetsr::pipeline {

std::optional<std::vector<int>> numbers_in_pattern(std::string_view text, std::string_view pattern) {
  std::vector<int> numbers;
  for (const char c : pattern) {
    if (c == '#') {
      int number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc() || text.front() == '-') return std::nullopt;
      numbers.push_back(number);
      text.remove_prefix(size_t(end - text.data()));
    } else if (text.starts_with(c)) {
      text.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  return text.empty() ? std::optional(numbers) : std::nullopt;
}

}  // namespace unetsr::pipeline
