#include "data/dataset/dated_windows.hpp"

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {

std::vector<Window> dated_windows(std::span<const std::string> labels) {
  std::vector<Window> windows;
  for (const std::string& label : labels) {
    const auto first = parse_date(label);
    if (!first)
      throw Error("window '" + excerpt(label) +
                  "' is no date, so its soundings cannot be found; prepare from granules");
    windows.push_back({*first});
  }
  return windows;
}

}  // namespace unetsr::data
