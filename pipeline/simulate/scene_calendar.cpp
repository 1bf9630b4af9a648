#include "pipeline/simulate/scene_calendar.hpp"

#include <cstdlib>
#include <optional>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::pipeline {

data::Window first_window_of(const std::string& day) {
  if (day.empty()) return {{2019, 5, 25}};
  const std::optional<data::Date> date = data::parse_date(day);
  if (!date) throw UsageError("--start " + excerpt(day) + ": a date is wanted, YYYY-MM-DD");
  if (date->year < 2000 || date->year > 2099) throw UsageError("--start " + day + ": the years are 2000 to 2099");
  const int into = (day_of_year(*date) - 1) / data::Window::composite_days * data::Window::composite_days;
  return {data::date_of(date->year, into + 1)};
}

std::vector<data::Window> scene_windows(const data::Window& start, int count) {
  std::vector<data::Window> windows;
  data::Date first = start.first;
  for (int k = 0; k < count; ++k) {
    windows.push_back({first});
    const data::Date next = data::date_of(day_number(first) + data::Window::composite_days);
    first = next.year == first.year ? next : data::Date{next.year, 1, 1};
  }
  return windows;
}

std::vector<data::Window> both_phases(const std::vector<data::Window>& windows) {
  std::vector<data::Window> composites;
  for (const data::Window& window : windows) {
    composites.push_back(window);
    composites.push_back({data::date_of(day_number(window.first) + data::Window::composite_days / 2)});
  }
  return composites;
}

std::vector<data::Date> days_nearest(const std::vector<data::Window>& composites, size_t c,
                                     const std::vector<data::Window>& windows, int most) {
  const auto middle = [&](size_t k) { return day_number(composites[k].first) + composites[k].days / 2; };
  const auto is_nearest = [&](int day) {
    for (size_t k = 0; k < composites.size(); ++k) {
      const int own = std::abs(2 * day + 1 - 2 * middle(c)), other = std::abs(2 * day + 1 - 2 * middle(k));
      if (composites[k].holds(day) && (other < own || (other == own && k > c))) return false;
    }
    return true;
  };
  std::vector<data::Date> days;
  const int first = day_number(composites[c].first);
  for (int day = first; day < first + composites[c].days; ++day) {
    const auto window = data::latest_window_of(windows, day);
    const bool asked =
        most >= data::Window::composite_days || (window && day - day_number(windows[*window].first) < most);
    if (asked && is_nearest(day)) days.push_back(data::date_of(day));
  }
  return days;
}

std::vector<data::Date> days_of(const std::vector<data::Window>& windows, size_t w, int most) {
  std::vector<data::Date> days;
  const int first = day_number(windows[w].first);
  for (int day = first; day < first + most; ++day)
    if (data::latest_window_of(windows, day) == w) days.push_back(data::date_of(day));
  return days;
}

}  // namespace unetsr::pipeline
