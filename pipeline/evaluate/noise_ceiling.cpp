#include "pipeline/evaluate/noise_ceiling.hpp"

#include <cmath>

#include "data/scores/noise.hpp"

namespace unetsr::pipeline {

std::vector<NoiseCeiling> noise_ceiling_per_window(const data::Dataset& dataset) {
  const View<const float> target = dataset.view(data::target_layer);
  const std::vector<double> noise = data::cell_noise(target), variance = data::variance_per_window(target);
  std::vector<NoiseCeiling> ceilings;
  for (size_t window = 0; window < noise.size(); ++window)
    ceilings.push_back({noise[window], data::noise_ceiling(noise[window], variance[window])});
  return ceilings;
}

NoiseCeiling pooled_noise_ceiling(const data::Dataset& dataset) {
  const View<const float> target = dataset.view(data::target_layer);
  const std::vector<double> noise = data::cell_noise(target);
  double squares = 0, cells = 0;
  for (int window = 0; window < target.n; ++window) {
    if (std::isnan(noise[size_t(window)])) continue;  // too few cells for an estimate
    double present = 0;
    for (int64_t i = 0; i < dataset.grid.cells(); ++i) present += !std::isnan(target.pixel(window, 0, 0)[i]);
    squares += present * noise[size_t(window)] * noise[size_t(window)], cells += present;
  }
  const double pooled = std::sqrt(squares / cells);
  const View<const float> as_one(target.data, 1, target.n * target.h, target.w, 1);
  return {pooled, data::noise_ceiling(pooled, data::variance_per_window(as_one)[0])};
}

}  // namespace unetsr::pipeline
