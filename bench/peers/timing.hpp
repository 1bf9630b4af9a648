#pragma once
#include <algorithm>
#include <chrono>
#include <vector>

namespace unetsr::bench {

// Works for so many seconds, or `least` times; the median time of one piece of work.
template <class Work>
double median_milliseconds(double seconds, size_t least, const Work& work) {
  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](Clock::duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
  std::vector<double> times;
  const auto start = Clock::now();
  while (times.size() < least || milliseconds(Clock::now() - start) < 1e3 * seconds) {
    const auto begin = Clock::now();
    work();
    times.push_back(milliseconds(Clock::now() - begin));
  }
  const auto middle = times.begin() + int64_t(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

}  // namespace unetsr::bench
