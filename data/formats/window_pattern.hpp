#pragma once
#include <string>
#include <utility>
#include <vector>

// Names of files of which each window has its own: {window} stands for the window's name, as in 2019-06-10 for its
// first day; {year}, {month}, {day} and {doy} (day of the year) for parts of that day, in 4, 2, 2 and 3 digits.
namespace unetsr::data {

inline constexpr const char* window_placeholder = "{window}";

// The placeholders in a pattern, [begin, end) of each.
std::vector<std::pair<size_t, size_t>> placeholders_in(const std::string& pattern);

// The pattern with its placeholders replaced. Throws UsageError where it has a part of a day, and the window no date.
std::string file_of_window(const std::string& pattern, const std::string& window);

}  // namespace unetsr::data
