#include "pipeline/evaluate/map_coverage.hpp"

#include <cmath>

#include "pipeline/train/sounding_comparison.hpp"

namespace unetsr::pipeline {

Coverage coverage_of_soundings(const SoundingComparison& comparison, std::span<const data::SoundingResidual> residuals,
                               const data::MapUncertainty& uncertainty) {
  const data::SoundingCells& soundings = comparison.soundings();
  std::vector<double> errors;
  for (const data::SoundingResidual& r : residuals) {
    const double noise = double(soundings[r.sounding].error) /
                         soundings.clear_share(r.sounding, comparison.cloud_shielding()),
                 map = uncertainty.sigma(r.predicted),
                 share = data::footprint_variance(soundings, r.sounding, uncertainty.length);
    errors.push_back(r.residual / std::sqrt(noise * noise + share * map * map));
  }
  return coverage("soundings", errors);
}

void add_coverage(std::span<const float> map, std::span<const float> truth, const data::Mask& cells,
                  std::span<const float> left, const data::ConservedUncertainty& uncertainty, CoverageCounts& counts) {
  for (size_t i = 0; i < map.size(); ++i)
    if (cells[i] && !std::isnan(map[i]) && !std::isnan(truth[i]))
      counts.add((double(map[i]) - double(truth[i])) /
                 uncertainty.sigma(double(map[i]), left.empty() ? 1 : double(left[i])));
}

}  // namespace unetsr::pipeline
