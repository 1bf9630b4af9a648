#include "data/features/neighbour_windows.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "data/dataset/calendar.hpp"

namespace unetsr::data {
namespace {

constexpr int most_windows_away = 99;

// Days of the windows since some day; none where a window is no date.
std::optional<std::vector<int>> days_of(std::span<const std::string> windows) {
  std::vector<int> days;
  for (const std::string& window : windows) {
    const std::optional<Date> date = parse_date(window);
    if (!date) return std::nullopt;
    days.push_back(day_number(*date));
  }
  return days;
}

std::optional<int> nearest(const std::vector<int>& days, int day, int own) {
  std::optional<int> found;
  int distance = Window::composite_days / 2;
  for (int w = 0; w < int(days.size()); ++w)
    if (w != own && std::abs(days[size_t(w)] - day) < distance) found = w, distance = std::abs(days[size_t(w)] - day);
  return found;
}

}  // namespace

NeighbourChannel neighbour_channel(const std::string& name) {
  const size_t at = name.rfind('@');
  if (at == std::string::npos || at + 2 >= name.size() || (name[at + 1] != '-' && name[at + 1] != '+'))
    return {name, 0};
  int offset = 0;
  const char *begin = name.data() + at + 2, *end = name.data() + name.size();
  const auto [last, error] = std::from_chars(begin, end, offset);
  if (error != std::errc() || last != end || offset < 1 || offset > most_windows_away) return {name, 0};
  return {name.substr(0, at), name[at + 1] == '-' ? -offset : offset};
}

std::string neighbour_name(const std::string& channel, int offset) {
  if (offset == 0) return channel;
  return channel + (offset < 0 ? "@-" : "@+") + std::to_string(std::abs(offset));
}

std::vector<std::optional<int>> neighbour_windows(std::span<const std::string> windows, int offset) {
  const std::optional<std::vector<int>> days = days_of(windows);
  std::vector<std::optional<int>> neighbours(windows.size());
  for (int w = 0; w < int(windows.size()); ++w) {
    if (days)
      neighbours[size_t(w)] = nearest(*days, (*days)[size_t(w)] + offset * Window::composite_days, w);
    else if (w + offset >= 0 && w + offset < int(windows.size()))
      neighbours[size_t(w)] = w + offset;
  }
  return neighbours;
}

std::vector<float> neighbour_values(std::span<const float> values, std::span<const std::optional<int>> neighbours) {
  const size_t cells = values.size() / neighbours.size();
  std::vector<float> result(values.begin(), values.end());
  for (size_t w = 0; w < neighbours.size(); ++w)
    for (size_t i = 0; neighbours[w] && i < cells; ++i)
      if (const float v = values[size_t(*neighbours[w]) * cells + i]; !std::isnan(v)) result[w * cells + i] = v;
  return result;
}

}  // namespace unetsr::data
