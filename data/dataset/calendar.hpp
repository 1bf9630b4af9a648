#pragma once
#include <optional>
#include <span>
#include <string>

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

// A MODIS compositing period of 16 days: its first day. The last one of a year runs on into the next: granules state
// "353-2/3" (MOD13A2) and "361-10/11" (MYD13A2) as their PRODUCTIONTYPE.
struct Window {
  Date first;
  static constexpr int length = 16;  // days
  int days() const { return length; }
  bool holds(int day_number) const;
  bool operator==(const Window&) const = default;
};

// The window that holds a day; where several do (a year's last and the next year's first), that which begins last.
std::optional<size_t> window_of(std::span<const Window>, int day_number);

}  // namespace unetsr::data
