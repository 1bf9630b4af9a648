#include "data/formats/window_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/dataset/calendar.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

struct PartOfDay {
  std::string placeholder;
  std::string (*text)(Date);
};

const std::array<PartOfDay, 4> parts_of_day = {
    {{"{year}", [](Date d) { return fmt::format("{:04}", d.year); }},
     {"{month}", [](Date d) { return fmt::format("{:02}", d.month); }},
     {"{day}", [](Date d) { return fmt::format("{:02}", d.day); }},
     {"{doy}", [](Date d) { return fmt::format("{:03}", day_of_year(d)); }}}};

std::string text_of(const std::string& placeholder, const std::string& pattern, const std::string& window) {
  if (placeholder == window_placeholder) return window;
  const auto part = std::find_if(parts_of_day.begin(), parts_of_day.end(),
                                 [&](const PartOfDay& p) { return p.placeholder == placeholder; });
  const auto day = parse_date(window);
  if (!day)
    throw UsageError(
        fmt::format("{}: {} stands for a part of a window's first day, but the window '{}' is no date; "
                    "use {}",
                    pattern, placeholder, excerpt(window), window_placeholder));
  return part->text(*day);
}

}  // namespace

std::vector<std::pair<size_t, size_t>> placeholders_in(const std::string& pattern) {
  std::vector<std::pair<size_t, size_t>> found;
  const auto add = [&](const std::string& placeholder) {
    for (size_t at = 0; (at = pattern.find(placeholder, at)) != std::string::npos; at += placeholder.size())
      found.push_back({at, at + placeholder.size()});
  };
  add(window_placeholder);
  for (const PartOfDay& part : parts_of_day) add(part.placeholder);
  std::sort(found.begin(), found.end());
  return found;
}

std::string file_of_window(const std::string& pattern, const std::string& window) {
  std::string file;
  size_t done = 0;
  for (const auto& [begin, end] : placeholders_in(pattern)) {
    file += pattern.substr(done, begin - done) + text_of(pattern.substr(begin, end - begin), pattern, window);
    done = end;
  }
  return file + pattern.substr(done);
}

}  // namespace unetsr::data
