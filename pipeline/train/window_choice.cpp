#include "pipeline/train/window_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include "data/dataset/calendar.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/console/day_range.hpp"
#include "pipeline/train/finished_run.hpp"

namespace unetsr::pipeline {
namespace {

std::vector<int> windows_named(const std::vector<std::string>& labels, const std::string& names) {
  std::set<int> chosen;
  for (size_t from = 0; from <= names.size();) {
    const size_t comma = std::min(names.find(',', from), names.size());
    const std::string name = names.substr(from, comma - from);
    if (name.empty()) throw UsageError("--window " + excerpt(names) + ": a name is missing beside a comma");
    chosen.insert(windows_asked_for(labels, name).front());
    from = comma + 1;
  }
  return {chosen.begin(), chosen.end()};
}

std::vector<int> windows_between(const std::vector<std::string>& labels, const WindowChoice& choice) {
  const DayRange days = day_range(choice.start, choice.end);
  std::vector<int> chosen;
  for (size_t i = 0; i < labels.size(); ++i) {
    const std::optional<data::Date> date = data::parse_date(labels[i]);
    if (!date)
      throw UsageError(fmt::format("--{}: the window {} is no date; choose with --window",
                                   choice.start.empty() ? "end" : "start", excerpt(labels[i])));
    if (days.holds(day_number(*date))) chosen.push_back(int(i));
  }
  if (chosen.empty())
    throw UsageError(fmt::format("--start {} --end {}: no window begins there; there are {}",
                                 choice.start.empty() ? "any" : choice.start, choice.end.empty() ? "any" : choice.end,
                                 list_of_names(labels)));
  return chosen;
}

}  // namespace

std::vector<int> chosen_windows(const std::vector<std::string>& labels, const WindowChoice& choice) {
  const bool dates = !choice.start.empty() || !choice.end.empty();
  if (dates && !choice.labels.empty())
    throw UsageError("--window does not go together with --start and --end; omit one");
  if (dates) return windows_between(labels, choice);
  if (!choice.labels.empty()) return windows_named(labels, choice.labels);
  std::vector<int> all(labels.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace unetsr::pipeline
