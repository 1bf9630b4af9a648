#include "data/dataset/calendar.hpp"

#include <algorithm>
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

int Window::days() const {
  return std::min(16, day_number({first.year + 1, 1, 1}) - day_number(first));
}

bool Window::holds(int day) const {
  return day >= day_number(first) && day < day_number(first) + days();
}

}  // namespace unetsr::data
