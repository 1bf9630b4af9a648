#include "pipeline/report/coverage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "pipeline/train/footprint_protocol.hpp"

namespace unetsr::pipeline {

Coverage coverage(const std::string& of, std::span<const double> errors) {
  Coverage c{of, {}, int64_t(errors.size())};
  for (size_t k = 0; k < interval_levels.size(); ++k) {
    // A normal value lies within z of 0 with the probability erf(z / sqrt 2): compare probabilities instead of z.
    int64_t inside = 0;
    for (const double e : errors) inside += std::erf(std::abs(e) / std::numbers::sqrt2) <= interval_levels[k];
    c.share[k] = double(inside) / double(errors.size());
  }
  return c;
}

Coverage coverage_of_soundings(const FootprintProtocol& protocol, std::span<const data::SoundingResidual> residuals,
                               const data::MapUncertainty& uncertainty) {
  const data::SoundingCells& soundings = protocol.all_soundings();
  std::vector<double> errors;
  for (const data::SoundingResidual& r : residuals) {
    const double noise = double(soundings[r.sounding].error) /
                         soundings.clear_share(r.sounding, protocol.cloud_shielding()),
                 map = uncertainty.sigma(r.predicted),
                 share = data::footprint_variance(soundings, r.sounding, uncertainty.length);
    errors.push_back(r.residual / std::sqrt(noise * noise + share * map * map));
  }
  return coverage("soundings", errors);
}

Coverage coverage_of_truth(const std::string& of, std::span<const float> map, std::span<const float> truth,
                           const data::Mask& cells, std::span<const float> left,
                           const data::ConservedUncertainty& uncertainty) {
  std::vector<double> errors;
  for (size_t i = 0; i < map.size(); ++i)
    if (cells[i] && !std::isnan(map[i]) && !std::isnan(truth[i]))
      errors.push_back((double(map[i]) - double(truth[i])) /
                       uncertainty.sigma(double(map[i]), left.empty() ? 1 : double(left[i])));
  return coverage(of, errors);
}

std::string in_words(const Coverage& c) {
  std::string levels, shares;
  for (size_t k = 0; k < interval_levels.size(); ++k) {
    levels += fmt::format("{}{:.0f}", k ? "/" : "", 100 * interval_levels[k]);
    shares += fmt::format("{}{:.1f}", k ? "/" : "", 100 * c.share[k]);
  }
  return fmt::format("{} % intervals hold {} % of the {}", levels, shares, c.of);
}

}  // namespace unetsr::pipeline
