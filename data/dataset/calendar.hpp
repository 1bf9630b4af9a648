#pragma once
#include <optional>
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
std::string to_string(Date);                              // YYYY-MM-DD
std::optional<Date> parse_date(const std::string& text);  // YYYY-MM-DD

// A MODIS compositing period of 16 days: its first day; that which begins on day 353 ends with the year.
struct Window {
  Date first;
  int days() const;
  bool holds(int day_number) const;
  bool operator==(const Window&) const = default;
};

}  // namespace unetsr::data
