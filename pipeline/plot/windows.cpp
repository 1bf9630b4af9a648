#include "pipeline/plot/windows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::pipeline::picture {

std::vector<int> chosen_windows(const std::vector<std::string>& labels, const WindowChoice& choice,
                                const std::string& file) {
  std::vector<int> chosen;
  for (const std::string& label : choice.labels) {
    const auto at = std::find(labels.begin(), labels.end(), label);
    if (at == labels.end())
      throw UsageError(
          fmt::format("--window {}: no such window in {}; there are {}", label, file, list_of_names(labels)));
    chosen.push_back(int(at - labels.begin()));
  }
  if (!choice.labels.empty()) return chosen;
  chosen.resize(std::min(labels.size(), choice.at_most));
  std::iota(chosen.begin(), chosen.end(), 0);
  return chosen;
}

}  // namespace unetsr::pipeline::picture
