#include "pipeline/train/last_word.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace unetsr::pipeline {
namespace {

// The values that have a measurement and every map.
std::vector<size_t> common_values(std::span<const float> measured, const std::vector<ValidatedMap>& maps) {
  std::vector<size_t> common;
  for (size_t i = 0; i < measured.size(); ++i)
    if (!std::isnan(measured[i]) &&
        std::none_of(maps.begin(), maps.end(), [&](const ValidatedMap& m) { return std::isnan(m.predicted[i]); }))
      common.push_back(i);
  return common;
}

double rmse(const std::vector<float>& predicted, std::span<const float> measured, const std::vector<size_t>& at) {
  double squares = 0;
  for (const size_t i : at) squares += std::pow(double(predicted[i]) - double(measured[i]), 2);
  return std::sqrt(squares / double(at.size()));
}

}  // namespace

void print_last_word(std::span<const float> measured, std::vector<ValidatedMap> maps,
                     std::span<const double> noise_variance, const std::string& values, const Output& output) {
  const size_t of_trained = common_values(measured, {maps.front()}).size();
  std::erase_if(maps, [&, first = maps.front()](const ValidatedMap& m) {
    return 2 * common_values(measured, {first, m}).size() < of_trained;
  });
  const std::vector<size_t> common = common_values(measured, maps);
  if (common.size() < 2) return;
  const double trained = rmse(maps.front().predicted, measured, common);
  std::string text =
      fmt::format("validation: {} {}; RMSE of {}: {:.4f}", common.size(), values, maps.front().name, trained);
  std::vector<std::string> warnings;
  for (size_t k = 1; k < maps.size(); ++k) {
    const double other = rmse(maps[k].predicted, measured, common);
    text += fmt::format(", of {}: {:.4f}", maps[k].name, other);
    if (trained >= other)
      warnings.push_back(
          fmt::format("the map is not better than {} on the {} {} that validate: RMSE {:.4f} and {:.4f}; take more "
                      "days, a larger region, or a smaller --model",
                      maps[k].name, common.size(), values, trained, other));
  }
  if (!noise_variance.empty()) {
    double sum = 0;
    for (const size_t i : common) sum += noise_variance[i];
    text += fmt::format(", of the noise alone: {:.4f}", std::sqrt(sum / double(common.size())));
  }
  output.line(text + " mW m-2 sr-1 nm-1");
  for (const std::string& warning : warnings) output.warning(warning);
}

}  // namespace unetsr::pipeline
