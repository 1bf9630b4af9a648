#include "pipeline/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace unetsr::pipeline::report {
namespace {

const std::string minus = "\u2212", missing = "\u2013";

std::string true_minus(std::string text) {
  if (!text.starts_with('-')) return text;
  const bool zero = text.find_first_not_of("-0.") == std::string::npos;
  return zero ? text.substr(1) : minus + text.substr(1);
}

// The largest of 1, 2, 5 times a power of ten that is not above `value`, or the next one up.
double round_step(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (value <= factor * power * 1.0000001) return factor * power;
  return 10 * power;
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double centre = mean(values);
  double squares = 0;
  for (const double v : values) squares += (v - centre) * (v - centre);
  return std::sqrt(squares / double(values.size() - 1));
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return missing;
  return true_minus(fmt::format("{:.{}f}", value, decimals));
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return missing;
  return true_minus(fmt::format("{:.{}g}", value, digits));
}

std::string percent(double share, int decimals) {
  if (!std::isfinite(share)) return missing;
  return fixed(100 * share, decimals) + " %";
}

std::string with_thousands(int64_t value) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  for (int at = int(digits.size()) - 3; at > 0; at -= 3) digits.insert(size_t(at), ",");
  return (value < 0 ? minus : "") + digits;
}

std::string mean_and_spread(std::span<const double> values, int decimals) {
  if (values.empty()) return missing;
  const std::string centre = fixed(mean(values), decimals);
  return values.size() < 2 ? centre : centre + " ± " + fixed(standard_deviation(values), decimals);
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds)) return missing;
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = int64_t(std::llround(seconds));
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string bytes_text(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1000000) return fmt::format("{:.1f} kB", double(bytes) / 1e3);
  return fmt::format("{:.1f} MB", double(bytes) / 1e6);
}

std::string joined(std::span<const std::string> words, const std::string& separator) {
  return fmt::format("{}", fmt::join(words.begin(), words.end(), separator));
}

Range quantile_range(std::vector<double> values, double low, double high) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.empty()) return {};
  const auto at = [&](double q) {
    const auto place = values.begin() + std::ptrdiff_t(std::lround(q * double(values.size() - 1)));
    std::nth_element(values.begin(), place, values.end());
    return *place;
  };
  Range range{at(low), at(high)};
  if (range.high - range.low <= 1e-9 * std::abs(range.low)) range.high = range.low + 1;
  return range;
}

Range quantile_range(std::span<const std::span<const float>> layers, double low, double high) {
  std::vector<double> values;
  for (const auto layer : layers) values.insert(values.end(), layer.begin(), layer.end());
  return quantile_range(std::move(values), low, high);
}

std::vector<double> round_ticks(double low, double high, int count) {
  if (!(high > low) || !std::isfinite(high - low)) return {low};
  const double step = round_step((high - low) / count);
  std::vector<double> ticks;
  for (double k = std::ceil(low / step - 1e-6); k * step <= high + 1e-6 * step; ++k) ticks.push_back(k * step);
  return ticks;
}

std::vector<double> logarithmic_ticks(double low, double high) {
  std::vector<double> ticks;
  const bool few = std::log10(high / low) < 2.5;
  for (double power = std::floor(std::log10(low)); power <= std::ceil(std::log10(high)); ++power)
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10.0, power);
      if ((factor == 1 || few) && tick >= low * 0.9999999 && tick <= high * 1.0000001) ticks.push_back(tick);
    }
  return ticks;
}

std::vector<std::string> tick_labels(std::span<const double> ticks, bool logarithmic) {
  std::vector<std::string> labels;
  int decimals = 0;
  if (!logarithmic && ticks.size() > 1)
    decimals = std::clamp(int(std::ceil(-std::log10(ticks[1] - ticks[0]) - 1e-6)), 0, 6);
  for (const double tick : ticks)
    labels.push_back(logarithmic ? true_minus(fmt::format("{:g}", tick)) : fixed(tick, decimals));
  return labels;
}

}  // namespace unetsr::pipeline::report
