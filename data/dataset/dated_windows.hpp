#pragma once
#include <span>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"

namespace unetsr::data {

// The windows with these labels. Throws Error naming one that is no date: soundings of its days are not known.
std::vector<Window> dated_windows(std::span<const std::string> labels);

}  // namespace unetsr::data
