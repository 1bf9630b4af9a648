#pragma once
#include <limits>
#include <string>

namespace unetsr::pipeline {

// The days of --start and --end, since 1970-01-01, both included.
struct DayRange {
  int first = std::numeric_limits<int>::min(), last = std::numeric_limits<int>::max();
  bool holds(int day) const { return day >= first && day <= last; }
};

// Of dates YYYY-MM-DD; empty: no bound. Throws UsageError.
DayRange day_range(const std::string& start, const std::string& end);

}  // namespace unetsr::pipeline
