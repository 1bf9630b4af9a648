#pragma once
#include <string>
#include <vector>

#include "pipeline/plot/layers.hpp"

namespace unetsr::pipeline::picture {

// The numbers of the chosen windows among `labels`. Throws UsageError naming `file` and a window that it does not have.
std::vector<int> chosen_windows(const std::vector<std::string>& labels, const WindowChoice&, const std::string& file);

}  // namespace unetsr::pipeline::picture
