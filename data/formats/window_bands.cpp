#include "data/formats/window_bands.hpp"

#include <fmt/format.h>

#include <cmath>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {

std::vector<int> bands_of_values(const RasterSource& source) {
  std::vector<int> bands;
  for (size_t b = 0; b < source.bands.size(); ++b)
    if (!source.bands[b].alpha) bands.push_back(int(b) + 1);
  if (bands.empty()) throw Error(source.name + ": has but an alpha band");
  return bands;
}

std::vector<int> bands_in_window(const RasterSource& source, const std::vector<int>& bands, const Window& window) {
  std::vector<int> chosen;
  for (const int b : bands)
    if (window.holds(int(std::floor(*source.bands[size_t(b - 1)].time + 1e-6)))) chosen.push_back(b);
  return chosen;
}

std::string list_of_bands(const RasterSource& source) {
  constexpr size_t most = 40;
  std::string text;
  for (size_t b = 0; b < source.bands.size() && b < most; ++b) {
    const std::string& label = source.bands[b].label;
    text += fmt::format("{}{}{}", b ? ", " : "", b + 1, label.empty() ? "" : " " + excerpt(label));
  }
  return source.bands.size() > most ? text + ", ..." : text;
}

}  // namespace unetsr::data
