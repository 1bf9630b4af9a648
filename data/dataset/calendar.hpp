#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

// Dates of the proleptic Gregorian calendar, UTC.
namespace unetsr::data {

struct Date {
  int year = 1970, month = 1, day = 1;
  auto operator<=>(const Date&) const = default;
};

int day_number(Date);  // days since 1970-01-01
Date date_of(int day_number);
Date date_of(int year, int day_of_year);                  // day 1 is 1 January
int day_of_year(Date);                                    // 1..366
std::string to_string(Date);                              // YYYY-MM-DD
std::optional<Date> parse_date(const std::string& text);  // YYYY-MM-DD

// A period whose soundings and indices make one map: its first day, and how many days it has. That of a composite of
// vegetation indices has 16. A year's last ones run on into the next: granules state "353-2/3" (MOD13A2) and
// "361-10/11" (MYD13A2) as their PRODUCTIONTYPE.
struct Window {
  static constexpr int composite_days = 16;
  Date first;
  int days = composite_days;
  bool holds(int day_number) const;
  bool operator==(const Window&) const = default;
};

// Whether they have a day in common.
bool overlap(const Window&, const Window&);
bool any_overlap(std::span<const Window>);

// The windows that hold a day, in their order. Several do where windows overlap: the year's last and the next year's
// first, and composites of 16 days that begin every 8 days.
std::vector<size_t> windows_of(std::span<const Window>, int day_number);
// The one of them that begins last; none where no window holds the day.
std::optional<size_t> latest_window_of(std::span<const Window>, int day_number);

}  // namespace unetsr::data
