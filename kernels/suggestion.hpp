#pragma once
#include <span>
#include <string>
#include <string_view>

namespace unetsr {

// "; did you mean epochs" where a known name is close to `text`, else nothing. For the end of an error's line.
std::string did_you_mean(std::string_view text, std::span<const std::string> known);

// "a, b or c"
std::string one_of(std::span<const std::string> names);

}  // namespace unetsr
