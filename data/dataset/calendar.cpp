#include "data/dataset/calendar.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace unetsr::data {
namespace {

std::chrono::year_month_day of(Date d) {
  return std::chrono::year(d.year) / std::chrono::month(unsigned(d.month)) / std::chrono::day(unsigned(d.day));
}

}  // namespace

int day_number(Date d) {
  return int(std::chrono::sys_days(of(d)).time_since_epoch().count());
}

Date date_of(int number) {
  const std::chrono::year_month_day d{std::chrono::sys_days(std::chrono::days(number))};
  return {int(d.year()), int(unsigned(d.month())), int(unsigned(d.day()))};
}

Date date_of(int year, int day_of_year) {
  return date_of(day_number({year, 1, 1}) + day_of_year - 1);
}

int day_of_year(Date d) {
  return day_number(d) - day_number({d.year, 1, 1}) + 1;
}

std::string to_string(Date d) {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", d.year, d.month, d.day);
  return text.data();
}

std::optional<Date> parse_date(const std::string& text) {
  Date d;
  int end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &d.year, &d.month, &d.day, &end) != 3 || end != int(text.size()) ||
      !of(d).ok())
    return std::nullopt;
  return d;
}

bool Window::holds(int day) const {
  return day >= day_number(first) && day < day_number(first) + days;
}

bool overlap(const Window& a, const Window& b) {
  return a.holds(day_number(b.first)) || b.holds(day_number(a.first));
}

bool any_overlap(std::span<const Window> windows) {
  for (size_t a = 0; a < windows.size(); ++a)
    for (size_t b = 0; b < a; ++b)
      if (overlap(windows[a], windows[b])) return true;
  return false;
}

std::vector<size_t> windows_of(std::span<const Window> windows, int day) {
  std::vector<size_t> found;
  for (size_t w = 0; w < windows.size(); ++w)
    if (windows[w].holds(day)) found.push_back(w);
  return found;
}

std::optional<size_t> latest_window_of(std::span<const Window> windows, int day) {
  std::optional<size_t> found;
  for (const size_t w : windows_of(windows, day))
    if (!found || windows[*found].first < windows[w].first) found = w;
  return found;
}

}  // namespace unetsr::data
