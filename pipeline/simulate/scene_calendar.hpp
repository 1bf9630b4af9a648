#pragma once
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"

namespace unetsr::pipeline {

// The window of MOD13A2 that holds a day, YYYY-MM-DD; empty: that of 25 May 2019. Of a year's last and the next year's
// first it is the latter. Throws UsageError: no date, a year other than 2000 to 2099.
data::Window first_window_of(const std::string& day);

// The windows of MOD13A2 from one on; the first of each year begins on its first day.
std::vector<data::Window> scene_windows(const data::Window& first, int count);

// The composites of VIIRS, every 8 days, that begin in the windows of MOD13A2.
std::vector<data::Window> both_phases(const std::vector<data::Window>& windows);

// Of the days that both_phases(windows) hold, those nearest to the middle of composite `c`, of two the later one's;
// with `most` below 16 the first so many of each window of MOD13A2 alone.
std::vector<data::Date> days_nearest(const std::vector<data::Window>& composites, size_t c,
                                     const std::vector<data::Window>& windows, int most);

// The first `most` days of the window of index `w`, without those that lie in the next window as well, as the last of a
// year have: each day has soundings once.
std::vector<data::Date> days_of(const std::vector<data::Window>&, size_t w, int most);

}  // namespace unetsr::pipeline
