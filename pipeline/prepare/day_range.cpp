#include "pipeline/prepare/day_range.hpp"

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::pipeline {
namespace {

int day_of(const std::string& option, const std::string& text) {
  const auto date = data::parse_date(text);
  if (!date) throw UsageError("--" + option + " " + excerpt(text) + ": give a date as 2019-05-25");
  return data::day_number(*date);
}

}  // namespace

DayRange day_range(const std::string& start, const std::string& end) {
  DayRange days;
  if (!start.empty()) days.first = day_of("start", start);
  if (!end.empty()) days.last = day_of("end", end);
  if (days.first > days.last) throw UsageError("--start " + start + " is after --end " + end);
  return days;
}

data::GranuleSet windows_in(const data::GranuleSet& all, const DayRange& days) {
  data::GranuleSet chosen{all.product, all.version, {}, {}};
  for (size_t w = 0; w < all.windows.size(); ++w) {
    const int first = data::day_number(all.windows[w].first), last = first + all.windows[w].days() - 1;
    if (last < days.first || first > days.last) continue;
    chosen.windows.push_back(all.windows[w]), chosen.files.push_back(all.files[w]);
  }
  if (chosen.windows.empty())
    throw UsageError("no window of the index granules has a day between --start and --end: they begin " +
                     data::to_string(all.windows.front().first) + " to " + data::to_string(all.windows.back().first));
  return chosen;
}

}  // namespace unetsr::pipeline
