#include "pipeline/simulate/scene_calendar.hpp"

#include <optional>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::pipeline {

data::Window first_window_of(const std::string& day) {
  if (day.empty()) return {{2019, 5, 25}};
  const std::optional<data::Date> date = data::parse_date(day);
  if (!date) throw UsageError("--start " + excerpt(day) + ": a date is wanted, YYYY-MM-DD");
  if (date->year < 2000 || date->year > 2099) throw UsageError("--start " + day + ": the years are 2000 to 2099");
  const int into = (day_of_year(*date) - 1) / data::Window::length * data::Window::length;
  return {data::date_of(date->year, into + 1)};
}

std::vector<data::Window> scene_windows(const data::Window& start, int count) {
  std::vector<data::Window> windows;
  data::Date first = start.first;
  for (int k = 0; k < count; ++k) {
    windows.push_back({first});
    const data::Date next = data::date_of(day_number(first) + data::Window::length);
    first = next.year == first.year ? next : data::Date{next.year, 1, 1};
  }
  return windows;
}

std::vector<data::Date> days_of(const std::vector<data::Window>& windows, size_t w, int most) {
  std::vector<data::Date> days;
  const int first = day_number(windows[w].first);
  for (int day = first; day < first + most; ++day)
    if (data::window_of(windows, day) == w) days.push_back(data::date_of(day));
  return days;
}

}  // namespace unetsr::pipeline
