#include "pipeline/console/day_range.hpp"

#include "data/dataset/calendar.hpp"
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

}  // namespace unetsr::pipeline
