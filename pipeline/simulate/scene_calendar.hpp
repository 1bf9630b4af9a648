#pragma once
#include <vector>

#include "data/dataset/calendar.hpp"

namespace unetsr::pipeline {

// The windows of MOD13A2 from 25 May 2019 on; the first of each year begins on its first day.
std::vector<data::Window> scene_windows(int count);

// The first `most` days of the window of index `w`, without those that lie in the next window as well, as the last of a
// year have: each day has soundings once.
std::vector<data::Date> days_of(const std::vector<data::Window>&, size_t w, int most);

}  // namespace unetsr::pipeline
