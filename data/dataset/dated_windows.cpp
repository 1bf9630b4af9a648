#include "data/dataset/dated_windows.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/screens.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {

bool are_dates(std::span<const std::string> labels) {
  return std::all_of(labels.begin(), labels.end(), [](const std::string& l) { return parse_date(l).has_value(); });
}

std::vector<Window> dated_windows(std::span<const std::string> labels, int days) {
  std::vector<Window> windows;
  for (const std::string& label : labels) {
    const auto first = parse_date(label);
    if (!first)
      throw Error("window '" + excerpt(label) +
                  "' is no date, so its soundings cannot be found; prepare from granules");
    windows.push_back({*first, days});
  }
  return windows;
}

std::optional<size_t> SoundingWindows::of(const Soundings& s, size_t i) const {
  if (!(std::abs(s.time[i]) <= sounding_bounds::time)) return std::nullopt;
  const int day = int(std::floor(s.time[i] / 86400));
  if (s.window.size() != s.size() || s.window[i] < 0) return latest_window_of(windows_, day);
  for (size_t w = 0; w < windows_.size(); ++w)
    if (day_number(windows_[w].first) == s.window[i]) return w;
  return std::nullopt;
}

}  // namespace unetsr::data
