#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unetsr::pipeline {

// The numbers that stand in `text` where `pattern` has a '#': "columns:#/#" of "columns:0/4" gives 0 and 4. All else
// must be the same. Nothing where it is not, or where a number is no int from 0 up.
std::optional<std::vector<int>> numbers_in_pattern(std::string_view text, std::string_view pattern);

}  // namespace unetsr::pipeline
