#include "pipeline/simulate/scene_calendar.hpp"

namespace unetsr::pipeline {
namespace {

constexpr data::Date first_window = {2019, 5, 25};

}  // namespace

std::vector<data::Window> scene_windows(int count) {
  std::vector<data::Window> windows;
  data::Date first = first_window;
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
