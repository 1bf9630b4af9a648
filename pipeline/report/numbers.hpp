#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

// Numbers as a reader wants to see them.
namespace unetsr::pipeline::report {

double mean(std::span<const double> values);                // NaN without values
double standard_deviation(std::span<const double> values);  // of a sample (n - 1); NaN below two values

// A true minus sign; NaN is an en dash.
std::string fixed(double value, int decimals);
std::string significant(double value, int digits);  // the shortest text of so many digits
std::string percent(double share, int decimals = 1);
std::string with_thousands(int64_t value);  // 16,603
// "0.915 ± 0.002"; the value alone where there is one; an en dash without values.
std::string mean_and_spread(std::span<const double> values, int decimals);
std::string duration(double seconds);    // "4.2 s", "3 min 05 s", "1 h 12 min"
std::string bytes_text(uint64_t bytes);  // "2.4 MB"
std::string joined(std::span<const std::string> words, const std::string& separator = ", ");

// Values at the quantiles `low` and `high` (0..1) of what is finite; {0, 1} where nothing is.
struct Range {
  double low = 0, high = 1;
};
Range quantile_range(std::span<const std::span<const float>> layers, double low, double high);
Range quantile_range(std::vector<double> values, double low, double high);

// Round numbers (1, 2 or 5 times a power of ten apart) inside [low, high], about `count` of them.
std::vector<double> round_ticks(double low, double high, int count);
// Powers of ten inside [low, high], with 2 and 5 times them where these are few.
std::vector<double> logarithmic_ticks(double low, double high);
// As short as distinguishes the ticks.
std::vector<std::string> tick_labels(std::span<const double> ticks, bool logarithmic = false);

}  // namespace unetsr::pipeline::report
